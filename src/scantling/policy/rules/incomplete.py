"""Something was not looked at: with a gate that is no pass, without one it is said all the same."""

from __future__ import annotations

from scantling.model.report import Report, Violation

from ..gate import Gate
from ..rule import Rule

_GAPS_NAMED = 3


def judge(report: Report, gate: Gate) -> Violation | None:
    if report.status == "complete":
        return None
    blocking = [gap for gap in report.gaps if gap.blocks]
    named = "; ".join(f"{gap.what} ({gap.where}): {gap.reason}" for gap in blocking[:_GAPS_NAMED])
    more = f"; and {len(blocking) - _GAPS_NAMED} more" if len(blocking) > _GAPS_NAMED else ""
    return Violation(
        rule="incomplete",
        severity="deny" if gate.fails_on_gap else "warn",
        message=f"not everything was looked at: {named}{more}" if named else "not everything was looked at",
        remediation="close the gaps listed in the report, or accept them with --on-gap report",
        docs_url="docs/reference/gaps.md",
    )


RULE = Rule(
    id="incomplete",
    summary="Something was not looked at (a gap that blocks), and `--on-gap` is `fail`, the default with a gate.",
    judge=judge,
    exit_code=lambda _gate: 4,
)
