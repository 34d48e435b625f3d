"""The foot of the table: what was not looked at, and the verdict with its reasons."""

from __future__ import annotations

from scantling.guard.display import pad, printable, wrap
from scantling.model.coverage import Gap
from scantling.model.report import Report, Violation

from .paint import Paint
from .places import places

_LABEL = 9


def gap_lines(report: Report, width: int, paint: Paint) -> list[str]:
    """Every gap, those that block first; one reason in many places is said once."""
    if not report.gaps:
        return []
    groups: dict[tuple[bool, str, str], list[Gap]] = {}
    for gap in sorted(report.gaps, key=lambda gap: (not gap.blocks, gap.what, gap.where, gap.reason)):
        groups.setdefault((gap.blocks, gap.what, gap.reason), []).append(gap)
    blocking = sum(gap.blocks for gap in report.gaps)
    lines = [
        paint("heading", "What was NOT looked at") + "  " + paint("dim", f"{len(report.gaps)}, {blocking} blocking")
    ]
    for (blocks, what, reason), gaps in groups.items():
        style, word = ("warn", "") if blocks else ("dim", " (does not block)")
        where = ", ".join(printable(gap.where) for gap in gaps if gap.where)
        lines += _indented(
            f"{printable(what)}: {where}{word}" if where else f"{printable(what)}{word}", 2, width, style, paint
        )
        lines += _indented(printable(reason), 6, width, "", paint)
    return lines


def verdict_lines(report: Report, width: int, paint: Paint) -> list[str]:
    """Pass, fail or not asked; each reason with what to do about it."""
    verdict = report.verdict
    state = "" if report.status == "complete" else " Not everything was looked at."
    if verdict.outcome == "pass":
        lines = [_labelled(paint("good", "PASSED.") + state, paint)]
    elif verdict.outcome == "fail":
        lines = [_labelled(paint("bad", "FAILED.") + state, paint)]
    else:
        lines = [_labelled("no gate was asked for." + state, paint)]
    for violation in verdict.violations:
        lines += _violation(violation, "bad", width, paint, places(report, violation) if violation.policy else ())
    for warning in verdict.warnings:
        # the filter is said with the findings, incompleteness under the gaps
        if warning.rule not in {"filtered", "incomplete"}:
            lines += _violation(warning, "warn", width, paint, places(report, warning) if warning.policy else ())
    if report.priority_weights:
        said = ", ".join(f"{printable(term)} {points}" for term, points in report.priority_weights.items())
        lines += _indented(f"Priorities are weighed by the policy: {said}", _LABEL, width, "dim", paint)
    return lines


def _labelled(text: str, paint: Paint) -> str:
    return paint("bold", pad("Verdict", _LABEL)) + text


def _violation(violation: Violation, style: str, width: int, paint: Paint, brought: tuple[str, ...] = ()) -> list[str]:
    text = f"{printable(violation.rule)}: {printable(violation.message)}"
    lines = _indented(text, _LABEL, width, style, paint)
    for place in brought:
        lines += _indented(printable(place), _LABEL + 2, width, "dim", paint)
    for step in violation.remediation.split("; ") if violation.remediation else ():
        lines += [
            " " * _LABEL + ("- " if not index else "  ") + line
            for index, line in enumerate(wrap(printable(step), width - _LABEL - 2))
        ]
    if violation.policy and violation.docs_url:
        lines += _indented(f"guide: {printable(violation.docs_url)}", _LABEL + 2, width, "dim", paint)
    return lines


def _indented(text: str, indent: int, width: int, style: str, paint: Paint) -> list[str]:
    return [" " * indent + (paint(style, line) if style else line) for line in wrap(text, width - indent)]
