"""``--exit-on-eol``: a distribution release that gets no more security updates stops the build."""

from __future__ import annotations

from scantling.model.finding import Finding
from scantling.model.report import Report, Violation

from ..gate import Gate, select
from ..rule import Rule


def judge(report: Report, gate: Gate) -> Violation | None:
    os = report.target.os
    if not gate.exit_on_eol or os is None or os.eol is False:
        return None
    name = os.pretty_name or f"{os.id} {os.version_id}".strip()
    if os.eol is None:
        message = f"--exit-on-eol could not be checked: no end-of-life date is known for {name}"
        return Violation("eol-os", "warn", message)
    since = f" on {os.eol_date}" if os.eol_date else ""
    return Violation(
        rule="eol-os",
        severity="deny",
        message=f"security support of {name} ended{since}",
        findings=tuple(sorted(shown.fingerprint for shown in select(report.findings, gate) if _is_os(shown))),
        remediation=f"build from a supported release of {os.id}",
        docs_url="docs/reference/exit-codes.md",
    )


def _is_os(finding: Finding) -> bool:
    return finding.kind == "eol" and finding.package is None  # a runtime's has the package it is about


RULE = Rule(
    id="eol-os",
    summary="The distribution release is past its security support, and `--exit-on-eol` was given.",
    judge=judge,
    exit_code=lambda gate: gate.exit_on_eol or 1,
)
