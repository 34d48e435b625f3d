"""Packages that are known to be malicious, where malware was asked for and vulnerabilities were not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scantling.match.match import match
from scantling.model.coverage import Gap
from scantling.model.errors import DatabaseUnusable
from scantling.model.package import OS_TYPES

from .database import open_for
from .options import Progress, ScanOptions

if TYPE_CHECKING:
    from .scan import Inspected


def with_known_malicious(inspected: Inspected, options: ScanOptions, progress: Progress) -> Inspected:
    """``inspected`` with the malicious packages that the database knows. Distributions' packages are not asked about:
    no feed of malicious packages speaks of them. Without a database that is a gap: the rest was looked for."""
    inventory = inspected.inventory
    asked = tuple(one for one in inventory.packages if one.type not in OS_TYPES and not one.os_owned)
    if not asked:
        return inspected
    try:
        database, gaps = open_for(options, progress)
    except DatabaseUnusable as problem:
        reason = f"{len(asked)} packages were not looked up among the known malicious ones: {problem.what}"
        gap = Gap("no-database", inspected.info.reference, reason)
        return replace(inspected, inventory=replace(inventory, gaps=tuple(sorted({*inventory.gaps, gap}))))
    with database:
        found, open_ = match(replace(inventory, packages=asked), database, inspected.info.repository)
    malicious = tuple(finding for finding in found if finding.kind == "malware")
    gaps = tuple(sorted({*inventory.gaps, *gaps, *open_}))
    return replace(inspected, inventory=replace(inventory, gaps=gaps), findings=(*inspected.findings, *malicious))
