"""What people and documents have accepted, put to the findings before they are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from scantling.model.coverage import Gap
from scantling.model.finding import Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Package

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from scantling.exceptions.baseline import Baseline
    from scantling.exceptions.entry import Entry
    from scantling.exceptions.vex.read import Vex
    from scantling.exceptions.vex.statement import Statement


@dataclass(frozen=True, slots=True)
class AttachedVex:
    """VEX attached to the image counts: what ``key`` has signed, or all of it where that is None."""

    key: EllipticCurvePublicKey | None = None


@dataclass(frozen=True, slots=True)
class Excuses:
    """``entries`` are exceptions, ``vex`` comes from VEX documents. ``max_days`` is the longest time
    that a policy lets an exception last, None for any. ``baseline`` is an earlier report of the same image.
    ``attached`` is whether VEX attached to the image is to be looked for."""

    entries: tuple[Entry, ...] = ()
    vex: Vex | None = None
    max_days: int | None = None
    baseline: Baseline | None = None
    attached: AttachedVex | None = None

    def __bool__(self) -> bool:
        return bool(self.entries or self.vex or self.baseline)

    def also(self, statements: tuple[Statement, ...]) -> Excuses:
        """With ``statements`` that were attached to the image."""
        if not statements:
            return self
        from scantling.exceptions.vex.read import Vex

        vex = self.vex or Vex()
        return replace(self, vex=replace(vex, statements=(*vex.statements, *statements)))


def excuse(
    findings: Sequence[Finding], excuses: Excuses, info: ImageInfo, packages: Sequence[Package], now: datetime
) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """``findings`` with what is accepted suppressed: the exceptions first, then what VEX says, then
    what an earlier report has already. And what to say of those that did not count."""
    from scantling.exceptions.apply import apply, remarks
    from scantling.exceptions.baseline import apply as apply_baseline
    from scantling.exceptions.vex.apply import apply as apply_vex

    today = now.date()
    excused, uses = apply(findings, excuses.entries, info.repository, today, excuses.max_days)
    gaps = remarks(uses, today, excuses.max_days)
    if excuses.vex is not None:
        excused, unfounded = apply_vex(excused, excuses.vex, info, packages)
        gaps += unfounded
    return (excused if excuses.baseline is None else apply_baseline(excused, excuses.baseline)), gaps
