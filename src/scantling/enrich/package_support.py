"""Source packages that a distribution no longer cares for although their release is still supported, and those that
it supports only in part: what is found in them later will not be in the release's advisories."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from scantling.model.advisory import EolCycle
from scantling.model.coverage import Gap
from scantling.model.package import Inventory

if TYPE_CHECKING:
    from scantling.db.open import Database

PRODUCT = "debian-security-support:"
_SHOWN = 5


def package_support_gaps(inventory: Inventory, database: Database, now: datetime) -> tuple[Gap, ...]:
    """A gap for each installed source package past its support at ``now``, and one for those with limited support."""
    os = inventory.os
    if os is None or os.id != "debian" or not os.version_id:
        return ()
    sources = {
        package.source.name if package.source is not None else package.name
        for package in inventory.packages
        if package.type == "deb" and not package.third_party
    }
    if not sources:
        return ()
    gaps = []
    today = now.date().isoformat()
    ended: set[str] = set()
    for cycle in database.eol(f"{PRODUCT}{os.version_id.split('.')[0]}"):
        for name in _named(cycle, sources) if today > cycle.eol else []:
            ended.add(name)
            reason = f"its security support ended on {cycle.eol}" + (f" ({cycle.codename})" if cycle.codename else "")
            gaps.append(Gap("unsupported-package", f"{os.id} {name}", reason))
    limited = {name for cycle in database.eol(f"{PRODUCT}limited") for name in _named(cycle, sources)} - ended
    if limited:
        names = sorted(limited)
        shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
        reason = f"{len(names)} source packages have limited security support ({shown})"
        gaps.append(Gap("limited-support", os.id, reason, blocks=False))
    return tuple(gaps)


def _named(cycle: EolCycle, sources: set[str]) -> list[str]:
    if cycle.cycle.endswith(".*"):
        return sorted(name for name in sources if name.startswith(cycle.cycle[:-2]))
    return [cycle.cycle] if cycle.cycle in sources else []
