"""Holds a report against a policy: every rule, in the file's order, as violations and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from scantling.model.coverage import Gap
from scantling.model.report import Report, Violation

from .document import DENY, OFF, WARN, Policy, PolicyRule
from .requirement import Breach, Circumstances
from .requirements.catalog import BY_ID


def judge(report: Report, policy: Policy, circumstances: Circumstances, environment: str = "") -> tuple[Violation, ...]:
    """What of ``report`` the ``policy`` does not allow, of severity "deny" or "warn"; a pure function."""
    return tuple(
        _violation(policy, rule, breach, action)
        for rule in policy.rules
        if (action := policy.action(rule, environment)) != OFF
        for breach in _breaches(report, rule, circumstances)
    )


def _breaches(report: Report, rule: PolicyRule, circumstances: Circumstances) -> Iterator[Breach]:
    requirement = BY_ID[rule.rule]
    if requirement.scanner and requirement.scanner not in report.scanners:
        yield Breach(
            f"could not be judged: nobody looked, the {requirement.scanner} scanner was not asked for",
            remediation=f"scan with --scanners {requirement.scanner} too",
        )
        return
    yield from requirement.judge(report, rule.parameters, circumstances)


def _violation(policy: Policy, rule: PolicyRule, breach: Breach, action: str) -> Violation:
    severity = WARN if action == WARN or not breach.denies else DENY
    return Violation(
        rule=rule.id,
        severity=severity,
        message=f"{rule.message}: {breach.message}" if rule.message else breach.message,
        findings=breach.findings,
        remediation=rule.fix or breach.remediation,
        docs_url=guide(policy, rule),
        due=breach.due,
        policy=policy.name,
    )


def denials_of(gaps: Iterable[Gap]) -> tuple[Violation, ...]:
    """What rules that could not be evaluated amount to where only violations count."""
    return tuple(Violation(gap.what, DENY, f"{gap.where}: {gap.reason}") for gap in gaps)


def guide(policy: Policy, rule: PolicyRule) -> str:
    """The address of the guide for ``rule``: its own, else the policy's template filled in, else the manual's page."""
    template = rule.docs_url or policy.docs_url or "docs/reference/policy.md#{requirement}"
    replaced = template.replace("{rule}", quote(rule.id, safe="")).replace("{policy}", quote(policy.name, safe=""))
    return replaced.replace("{requirement}", rule.rule)
