"""Holds a report against a compliance pack: a pure function of report, pack, clock and history."""

from __future__ import annotations

from scantling.exceptions.baseline import lifted
from scantling.model.compliance import FAIL, NOT_CHECKABLE, PASS, CheckResult, ComplianceResult, ControlResult
from scantling.model.moment import iso
from scantling.model.report import Report
from scantling.policy.requirement import Circumstances
from scantling.policy.requirements.catalog import BY_ID

from .facts import evidence
from .knowable import cannot_judge, cannot_pass
from .pack import Control, Pack, PackCheck


def assess(report: Report, pack: Pack, circumstances: Circumstances) -> ComplianceResult:
    """The outcome of every control of ``pack``. ``report`` should hold all findings; of one that says that findings
    were filtered out, no check of findings passes."""
    whole = lifted(report)
    controls = tuple(_control(whole, control, circumstances) for control in pack.controls)
    outcomes = [control.outcome for control in controls]
    return ComplianceResult(
        pack=pack.id,
        title=pack.title,
        framework=pack.framework,
        digest=pack.digest,
        assessed_at=iso(circumstances.now),
        passed=outcomes.count(PASS),
        failed=outcomes.count(FAIL),
        not_checkable=outcomes.count(NOT_CHECKABLE),
        controls=controls,
    )


def _control(report: Report, control: Control, circumstances: Circumstances) -> ControlResult:
    checks = tuple(_check(report, check, circumstances) for check in control.checks)
    outcomes = {check.outcome for check in checks}
    if FAIL in outcomes:
        outcome = FAIL
    elif control.needs_person or NOT_CHECKABLE in outcomes or not checks:
        outcome = NOT_CHECKABLE
    else:
        outcome = PASS
    return ControlResult(
        id=control.id,
        title=control.title,
        asks=control.asks,
        outcome=outcome,
        checks=checks,
        evidence=evidence(report, (check.rule for check in control.checks), control.evidence),
        attest=control.attest,
        source_url=control.source_url,
    )


def _check(report: Report, check: PackCheck, circumstances: Circumstances) -> CheckResult:
    requirement = BY_ID[check.rule]
    if reason := cannot_judge(check.rule, check.parameters, report):
        return CheckResult(check.rule, NOT_CHECKABLE, reason)
    breaches = tuple(requirement.judge(report, check.parameters, circumstances))
    denied = [breach for breach in breaches if breach.denies]
    if denied:
        return CheckResult(
            check.rule,
            FAIL,
            "; ".join(breach.message for breach in denied),
            tuple(sorted({mark for breach in denied for mark in breach.findings})),
            "; ".join(dict.fromkeys(breach.remediation for breach in denied if breach.remediation)),
        )
    if reason := cannot_pass(check.rule, check.parameters, report):
        return CheckResult(check.rule, NOT_CHECKABLE, reason)
    waiting = [breach for breach in breaches if not breach.denies]
    return CheckResult(
        check.rule,
        PASS,
        "; ".join(breach.message for breach in waiting) or requirement.summary,
        tuple(sorted({mark for breach in waiting for mark in breach.findings})),
    )
