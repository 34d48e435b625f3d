"""Holds a report against policies, with the local history of findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from scantling.model.coverage import Gap
from scantling.model.report import Report, Verdict, Violation
from scantling.model.weights import USUAL
from scantling.policy.asked import Asked

if TYPE_CHECKING:
    from scantling.store.history import Known


def held(report: Report, asked: Asked, now: datetime, history: Known) -> tuple[Report, tuple[Violation, ...]]:
    """What ``asked`` does not allow, and the report with a gap for each rule that could not be evaluated,
    with the priorities that the policies' weights give. Rules with a grace read and write the history in ``history``
    (None: the user's own); others leave it alone."""
    violations: list[Violation] = []
    weights = asked.weights()
    if weights is not None or report.priority_weights:
        # a saved report may carry the weights of another policy
        from scantling.enrich.priority import reweighted

        report = reweighted(report, weights or USUAL)
    if (days := asked.exception_days()) is not None:
        # a scan has seen to it already; a saved report may carry longer exceptions
        from scantling.exceptions.limit import within

        findings, said = within(report.findings, days, now.date())
        report = with_gaps(replace(report, findings=findings), list(said))
    if asked.rego and asked.engine is not None:
        from scantling.policy.rego_rules import judge

        document = rego_input(report)
        gaps: list[Gap] = []
        for checked in asked.rego:
            found, missing = judge(report, document, checked, asked.engine, now)
            violations += found
            gaps += missing
        report = with_gaps(report, gaps)
    if not asked.needs_history():
        return report, (*asked.judge(report, now, {}), *violations)
    from scantling.store.history import seen_in

    seen = seen_in(history, report.findings, now)
    return report, (*asked.judge(report, now, seen), *violations)


def rego_input(report: Report) -> bytes:
    """The JSON report on one line, before there is a verdict: what policies in Rego see as ``input``."""
    import msgspec

    from scantling.report.json import encode

    return msgspec.json.format(encode(replace(report, verdict=Verdict("not_asked"))), indent=-1)


def with_gaps(report: Report, gaps: list[Gap]) -> Report:
    """``report`` that knows of ``gaps`` too."""
    together = tuple(sorted({*report.gaps, *gaps}))
    return replace(report, gaps=together, status="incomplete" if any(gap.blocks for gap in together) else report.status)
