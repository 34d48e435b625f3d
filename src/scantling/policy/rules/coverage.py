"""``--max-unowned``: too many binaries that nothing can say anything about."""

from __future__ import annotations

from scantling.model.report import Report, Violation

from ..gate import Gate
from ..rule import Rule

_NAMED = 5


def judge(report: Report, gate: Gate) -> Violation | None:
    if gate.max_unowned is None:
        return None
    binaries = report.coverage.binaries
    if binaries is None:
        return Violation(
            rule="coverage",
            severity="deny",
            message="--max-unowned could not be checked: no files were looked at",
            remediation="scan the image itself, or leave out --max-unowned",
            docs_url="docs/how-to/coverage.md",
        )
    if binaries.unowned <= gate.max_unowned:
        return None
    named = ", ".join(binaries.unowned_paths[:_NAMED])
    more = f" and {binaries.unowned - _NAMED} more" if binaries.unowned > _NAMED else ""
    return Violation(
        rule="coverage",
        severity="deny",
        message=f"{binaries.unowned} of {binaries.seen} binaries belong to no package and carry no version, "
        f"--max-unowned allows {gate.max_unowned}: {named}{more}",
        remediation="install them from packages, or raise --max-unowned",
        docs_url="docs/how-to/coverage.md",
    )


RULE = Rule(
    id="coverage",
    summary="More binaries belong to no package and carry no version than `--max-unowned` allows.",
    judge=judge,
    exit_code=lambda _gate: 4,
)
