"""What people and documents have accepted, put to the findings before they are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scantling.model.coverage import Gap
from scantling.model.finding import Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Package

if TYPE_CHECKING:
    from scantling.exceptions.baseline import Baseline
    from scantling.exceptions.entry import Entry
    from scantling.exceptions.vex.read import Vex


@dataclass(frozen=True, slots=True)
class Excuses:
    """``entries`` are exceptions, ``vex`` comes from VEX documents. ``max_days`` is the longest time
    that a policy lets an exception last, None for any. ``baseline`` is an earlier report of the same image."""

    entries: tuple[Entry, ...] = ()
    vex: Vex | None = None
    max_days: int | None = None
    baseline: Baseline | None = None

    def __bool__(self) -> bool:
        return bool(self.entries or self.vex or self.baseline)


def excuse(
    findings: Sequence[Finding], excuses: Excuses, info: ImageInfo, packages: Sequence[Package], now: datetime
) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """``findings`` with what is accepted suppressed: the exceptions first, then what VEX says, then
    what an earlier report has already. And what to say of those that did not count."""
    from scantling.exceptions.apply import apply, refused
    from scantling.exceptions.baseline import apply as apply_baseline
    from scantling.exceptions.vex.apply import apply as apply_vex

    today = now.date()
    excused, uses = apply(findings, excuses.entries, info.repository, today, excuses.max_days)
    gaps = refused(uses, today, excuses.max_days)
    if excuses.vex is not None:
        excused, unfounded = apply_vex(excused, excuses.vex, info, packages)
        gaps += unfounded
    return (excused if excuses.baseline is None else apply_baseline(excused, excuses.baseline)), gaps
