"""Turns a report and a gate into a verdict, and the verdict into the exit code."""

from __future__ import annotations

from scantling.model.report import Report, Verdict

from .catalog import RULES
from .gate import Gate


def evaluate(report: Report, gate: Gate) -> Verdict:
    """Judge ``report``, whose findings must be all of them, not only the selected ones."""
    rulings = [ruling for rule in RULES if (ruling := rule.judge(report, gate)) is not None]
    violations = tuple(ruling for ruling in rulings if ruling.severity == "deny")
    outcome = "not_asked" if not gate.is_asked else "fail" if violations else "pass"
    return Verdict(
        outcome=outcome,
        violations=violations,
        warnings=tuple(ruling for ruling in rulings if ruling.severity != "deny"),
        suppressed_count=sum(finding.suppressed is not None for finding in report.findings),
    )


def exit_code(report: Report, gate: Gate) -> int:
    """The exit code of a scan that ended: that of the first rule, in the catalog's order, which denies; else 0.

    So findings come before end of life, that before incompleteness (4), that before stale data (5).
    """
    denied = {violation.rule for violation in report.verdict.violations}
    return next((rule.exit_code(gate) for rule in RULES if rule.id in denied), 0)
