"""Trivy's ``--ignore-policy``: a policy in Rego that is asked of each finding whether to leave it out of the gate.

What it leaves out stays in the report as suppressed. A finding for which it cannot be evaluated is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from scantling.model.coverage import Gap
from scantling.model.errors import UsageError
from scantling.model.finding import Suppression
from scantling.model.report import Report
from scantling.rego.bundle import Checked, Module, RuleName
from scantling.rego.engines import Engine, engine_of
from scantling.rego.load import load

from .hold import with_gaps

_IGNORE = RuleName(("trivy",), "ignore")
_LIBRARY = Path(__file__).parents[1] / "rego" / "trivy.rego"
_LIBRARY_PACKAGE = "package lib.trivy"


@dataclass(frozen=True, slots=True)
class IgnorePolicy:
    """A policy whose rule ``data.trivy.ignore`` decides, and what evaluates it."""

    checked: Checked
    engine: Engine


def read_ignore_policy(path: Path, opa: str = "", *, offline: bool = False) -> IgnorePolicy:
    """The policy at ``path``, with Trivy's library ``data.lib.trivy``. Raises ``UsageError``, also where it has no rule
    ``ignore`` in the package ``trivy``."""
    bundle = load(path)
    if not any(_LIBRARY_PACKAGE in module.source for module in bundle.modules):
        library = Module("lib/trivy.rego", _LIBRARY.read_text(encoding="utf-8"))
        bundle = replace(bundle, modules=(*bundle.modules, library))
    engine = engine_of(opa, offline=offline)
    checked = engine.check(bundle)
    if not any((rule.package, rule.name) == (_IGNORE.package, _IGNORE.name) for rule in checked.rules):
        raise UsageError(
            "the policy has no rule ignore in the package trivy",
            where=str(path),
            hint="docs/how-to/rego.md shows one; a policy that fails the gate is named by --policy",
        )
    return IgnorePolicy(checked, engine)


def ignore(report: Report, policy: IgnorePolicy, now: datetime) -> Report:
    """``report`` with the findings suppressed that ``policy`` ignores, and a gap where it could not be evaluated."""
    import msgspec

    from scantling.report.trivy_finding import objects

    asked = [(finding, value) for finding, value in objects(report) if finding.suppressed is None]
    documents = [msgspec.json.encode(value) for _, value in asked]
    answers = policy.engine.evaluate(policy.checked, (_IGNORE,), documents, now)
    ignored = {
        finding.fingerprint for (finding, _), (answer,) in zip(asked, answers, strict=True) if answer.value == b"true"
    }
    why = Suppression("ignore-policy", f"ignored by the policy {policy.checked.bundle.name}")
    findings = tuple(
        replace(finding, suppressed=why) if finding.suppressed is None and finding.fingerprint in ignored else finding
        for finding in report.findings
    )
    return with_gaps(replace(report, findings=findings), _gaps(policy, [answer.fault for (answer,) in answers]))


def _gaps(policy: IgnorePolicy, faults: list[str]) -> list[Gap]:
    failed = [fault for fault in faults if fault]
    if not failed:
        return []
    reason = f"the ignore policy could not be evaluated for {len(failed)} findings, which are kept: {failed[0]}"
    return [Gap("policy-error", policy.checked.bundle.where, reason)]
