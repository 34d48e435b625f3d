"""Whether signed evidence lets an image be deployed: there, young enough, of a scan that was complete and passed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.attest.predicates import REPORT
from scantling.attest.verify import Checked, Verified
from scantling.model.errors import Unscannable
from scantling.model.moment import iso
from scantling.model.report import Report, Violation
from scantling.pipeline.hold import held
from scantling.policy.evaluate import evaluate, exit_code
from scantling.policy.gate import Gate, OnGap
from scantling.policy.rules import incomplete
from scantling.report.load import report_in

if TYPE_CHECKING:
    from scantling.policy.asked import Asked

_DENIED = 1
_SKEW = timedelta(minutes=5)  # clocks of two machines; what is further ahead was not made when it says


@dataclass(frozen=True, slots=True)
class Terms:
    """``words`` are the kinds of statement that must be there; ``max_age_s`` None allows any age. ``asked`` are the
    policies to hold the signed report against at ``now``, ``history`` as in ``pipeline.hold``. ``reports_gaps``: an
    incomplete scan is no reason to deny."""

    words: tuple[str, ...]
    now: datetime
    max_age_s: float | None = None
    asked: Asked | None = None
    history: Path | None = None
    reports_gaps: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """``exit_code`` is 0, 1 (denied) or 4 (denied for an incomplete scan alone)."""

    verified: tuple[str, ...]
    warnings: tuple[str, ...]
    denials: tuple[str, ...]
    exit_code: int


def admit(checked: Checked, terms: Terms) -> Admission:
    """``checked`` held against ``terms``."""
    verified = [one for word in terms.words if (one := checked.of(word)) is not None]
    denials = [line for word in terms.words for line in _of_word(checked, word, terms)]
    warnings: list[str] = []
    code = _DENIED if denials else 0
    signed = checked.of(REPORT) if REPORT in terms.words else None
    if signed is not None:
        report_denials, warnings, report_code = _of_report(signed, checked.image, terms)
        denials += report_denials
        code = code or report_code
    return Admission(
        tuple(f"{one.word}, {iso(one.moment)}, {one.where}" for one in verified),
        tuple(warnings),
        tuple(denials),
        code,
    )


def _of_word(checked: Checked, word: str, terms: Terms) -> Iterator[str]:
    one = checked.of(word)
    if one is None:
        yield f"no {word} statement about this image that is signed with this key"
        return
    age = terms.now - one.moment
    if age < -_SKEW:
        yield f"the {word} statement is dated in the future: {iso(one.moment)}"
    if terms.max_age_s is not None and age > timedelta(seconds=terms.max_age_s):
        hours = age.total_seconds() / 3600
        allowed = f"{terms.max_age_s / 3600:g} allowed"
        yield f"the {word} statement is {hours:.1f} hours old, {allowed}: scan and attest again"


def _of_report(signed: Verified, image: str, terms: Terms) -> tuple[list[str], list[str], int]:
    """Denials, warnings and exit code."""
    try:
        report = report_in(json.dumps(signed.statement.predicate).encode(), signed.where)
    except Unscannable as error:
        return [f"the signed report cannot be read: {error.what}"], [], _DENIED
    if report.target.image_digest != image:
        return ["the signed report is of another image than it is signed for"], [], _DENIED
    if terms.asked is None:
        return _by_verdict(report, terms)
    gate = Gate(has_policy=True, on_gap=OnGap.REPORT if terms.reports_gaps else None)
    report, violations = held(report, terms.asked, terms.now, terms.history)
    report = replace(report, verdict=evaluate(report, gate, violations))
    verdict = report.verdict
    return list(map(_said, verdict.violations)), list(map(_said, verdict.warnings)), exit_code(report, gate)


def _by_verdict(report: Report, terms: Terms) -> tuple[list[str], list[str], int]:
    verdict = report.verdict
    violations = [one for one in verdict.violations if not (terms.reports_gaps and one.rule == incomplete.RULE.id)]
    denials = list(map(_said, violations))
    warnings = list(map(_said, verdict.warnings))
    if denials:
        judged = replace(report, verdict=replace(verdict, violations=tuple(violations)))
        return denials, warnings, exit_code(judged, Gate(exit_code=_DENIED, exit_on_eol=_DENIED)) or _DENIED
    if verdict.outcome == "fail" and not verdict.violations:
        return ["the scan's gate failed"], warnings, _DENIED
    if verdict.outcome == "not_asked":
        warnings.append("nothing was asked of the image when it was scanned: give --policy to have it judged")
    if report.status != "complete" and not terms.reports_gaps:
        blocking = sum(gap.blocks for gap in report.gaps)
        return [f"the scan was incomplete: {blocking} not looked at"], warnings, 4
    return denials, warnings, 0


def _said(violation: Violation) -> str:
    name = f"{violation.policy}: " if violation.policy else ""
    return f"{name}{violation.rule}: {violation.message}"
