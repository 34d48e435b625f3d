"""What the filter hid. Never denies: it lets every format say that there was more."""

from __future__ import annotations

from scantling.model.finding import SEVERITIES
from scantling.model.report import Report, Violation

from ..gate import Gate, select
from ..rule import Rule


def judge(report: Report, gate: Gate) -> Violation | None:
    hidden = len(report.findings) - len(select(report.findings, gate))
    if not hidden:
        return None
    plural = "s are" if hidden > 1 else " is"
    return Violation("filtered", "warn", f"{hidden} finding{plural} not shown: {_filter(gate)}")


def _filter(gate: Gate) -> str:
    parts = []
    if gate.severities is not None:
        parts.append("--severity " + ",".join(severity for severity in SEVERITIES if severity in gate.severities))
    if gate.ignore_unfixed:
        parts.append("--ignore-unfixed")
    if gate.ignore_status:
        parts.append("--ignore-status " + ",".join(sorted(gate.ignore_status)))
    return " ".join(parts)


RULE = Rule(
    id="filtered",
    summary="Findings that `--severity`, `--ignore-unfixed` or `--ignore-status` left out: only a warning.",
    judge=judge,
    exit_code=lambda _gate: 0,
)
