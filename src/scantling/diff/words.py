"""The words that the table and the Markdown of differences share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.purl import parse, spelled
from scantling.report.amounts import size

from .packages import ADDED, CHANGED, DOWNGRADED, REMOVED, UPGRADED, PackageChange


def name_of(finding: Finding) -> str:
    """Where a finding is: its package and version, or its path, or its title."""
    if finding.package:
        return printable(f"{_name(finding.package)} {finding.installed_version}".strip())
    place = finding.path + (f":{finding.line}" if finding.path and finding.line else "")
    return printable(f"{place}  {finding.title}".strip())


def package_counts(changes: Iterable[PackageChange]) -> str:
    """ "3 added, 1 upgraded", or that there is none."""
    counted = Counter(change.what for change in changes)
    parts = [f"{counted[what]} {what}" for what in (ADDED, REMOVED, UPGRADED, DOWNGRADED, CHANGED) if counted[what]]
    return ", ".join(parts) or "none changed"


def size_change(before: int, after: int) -> str:
    """The difference with its sign."""
    if before == after:
        return "the same size"
    return f"{'+' if after > before else '-'}{size(abs(after - before))}"


def _name(purl: str) -> str:
    try:
        return spelled(parse(purl))[0]
    except ValueError:
        return purl
