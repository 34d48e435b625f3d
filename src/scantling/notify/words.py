"""An event in words for people. Every line is printable; each channel escapes it in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.diff.words import name_of
from scantling.guard.display import clip, printable
from scantling.model.finding import Finding, by_severity, counts_in_words

from .event import GATE, Event, ranked

_LISTED, _VIOLATIONS, _LINE, _NAME = 10, 5, 300, 80


def title(event: Event) -> str:
    """One line."""
    name = clip(printable(event.report.target.reference), _NAME)
    if event.kind == GATE:
        return f"Gate failed: {name}"
    count = len(event.delta.added) if event.delta is not None else 0
    return f"{count} new finding{'s' if count != 1 else ''}: {name}"


def lines(event: Event) -> list[str]:
    """What to know, at most some twenty lines."""
    return [clip(line, _LINE) for line in _lines(event)]


def _lines(event: Event) -> Iterator[str]:
    report, delta = event.report, event.delta
    yield f"{_counted(event.live) or 'no findings'}; exit code {event.exit_code}"
    if report.status != "complete":
        yield f"The scan is not complete: {sum(gap.blocks for gap in report.gaps)} not looked at"
    for violation in report.verdict.violations[:_VIOLATIONS]:
        yield f"{printable(violation.rule)}: {printable(violation.message)}"
    if len(report.verdict.violations) > _VIOLATIONS:
        yield f"and {len(report.verdict.violations) - _VIOLATIONS} more rules"
    if delta is not None and delta.added:
        yield f"New against {printable(delta.against)}: {_counted(delta.added)}"
        for finding in ranked(delta.added)[:_LISTED]:
            fixed = f", fixed in {printable(finding.fixed_versions[0])}" if finding.fixed_versions else ""
            yield f"  {finding.severity} {printable(finding.id)} {name_of(finding)}{fixed}"
        if len(delta.added) > _LISTED:
            yield f"  and {len(delta.added) - _LISTED} more"
    if delta is not None and delta.removed:
        yield f"Gone: {_counted(delta.removed)}"
    if report.target.image_digest:
        yield report.target.image_digest


def _counted(findings: Sequence[Finding]) -> str:
    return counts_in_words(by_severity(finding.severity for finding in findings))
