"""Turns a report and what was asked into a verdict, and the verdict into the exit code."""

from __future__ import annotations

from collections.abc import Iterable

from scantling.model.report import Report, Verdict, Violation

from .catalog import RULES
from .gate import Gate

_POLICY_FAILED = 1


def evaluate(report: Report, gate: Gate, by_policy: Iterable[Violation] | None = None) -> Verdict:
    """Judge ``report``, whose findings must be all of them, not only the selected ones. ``by_policy`` is what the
    policies do not allow (``asked.Asked.judge``), None where there is no policy."""
    rulings = [ruling for rule in RULES if (ruling := rule.judge(report, gate)) is not None]
    rulings += by_policy or ()
    violations = tuple(ruling for ruling in rulings if ruling.severity == "deny")
    asked = gate.is_asked or by_policy is not None
    return Verdict(
        outcome="not_asked" if not asked else "fail" if violations else "pass",
        violations=violations,
        warnings=tuple(ruling for ruling in rulings if ruling.severity != "deny"),
        suppressed_count=sum(finding.suppressed is not None for finding in report.findings),
    )


def exit_code(report: Report, gate: Gate) -> int:
    """The exit code of a scan that ended: that of the first rule, in the catalog's order, which denies; else 0.

    So counted findings come first, then the policies (1), then end of life, incompleteness (4), stale data (5).
    """
    violations = report.verdict.violations
    denied = {violation.rule for violation in violations if not violation.policy}
    first = RULES[0]
    if first.id in denied:
        return first.exit_code(gate)
    if any(violation.policy for violation in violations):
        return _POLICY_FAILED
    return next((rule.exit_code(gate) for rule in RULES if rule.id in denied), 0)
