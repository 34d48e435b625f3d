"""``--exit-code``: findings of the asked severities stop the build."""

from __future__ import annotations

from collections.abc import Sequence

from scantling.model.finding import Finding, by_severity, counts_in_words
from scantling.model.report import Report, Violation

from ..advice import upgrades
from ..gate import Gate, counted
from ..rule import Rule

_UPGRADES_NAMED = 10


def judge(report: Report, gate: Gate) -> Violation | None:
    if not gate.exit_code:
        return None
    findings = counted(report.findings, gate)
    if not findings:
        return None
    return Violation(
        rule="severity",
        severity="deny",
        message=f"{len(findings)} finding{'s' if len(findings) > 1 else ''} counted: {_by_severity(findings)}",
        findings=tuple(sorted({finding.fingerprint for finding in findings})),
        remediation=_remediation(report, findings),
        docs_url="docs/reference/exit-codes.md",
    )


def _by_severity(findings: Sequence[Finding]) -> str:
    return counts_in_words(by_severity(finding.severity for finding in findings))


def _remediation(report: Report, findings: Sequence[Finding]) -> str:
    steps = upgrades(report.packages, findings)
    lines = [f"upgrade {step.name} to {step.version} (clears {step.clears})" for step in steps[:_UPGRADES_NAMED]]
    if len(steps) > _UPGRADES_NAMED:
        rest = steps[_UPGRADES_NAMED:]
        lines.append(f"and {len(rest)} more upgrades (clear {sum(step.clears for step in rest)})")
    unfixed = sum(1 for finding in findings if not finding.fixed_versions and finding.kind != "misconfig")
    if unfixed:
        lines.append(f"{unfixed} without a fixed version: remove the package, or leave them out with --ignore-unfixed")
    if any(finding.kind == "misconfig" for finding in findings):
        lines.append("what each rule asks for: docs/reference/rules.md")
    return "; ".join(lines)


RULE = Rule(
    id="severity",
    summary="Findings of the severities, statuses and kinds that `--exit-code` counts.",
    judge=judge,
    exit_code=lambda gate: gate.exit_code or 1,
)
