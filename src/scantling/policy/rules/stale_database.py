"""``--max-db-age``: advisories older than that may not decide."""

from __future__ import annotations

from scantling.model.report import Report, Violation

from ..gate import Gate
from ..rule import Rule


def judge(report: Report, gate: Gate) -> Violation | None:
    limit = gate.max_db_age_hours
    if limit is None or report.database is None or report.database.age_hours <= limit:
        return None
    return Violation(
        rule="stale-database",
        severity="deny",
        message=f"the vulnerability database is {report.database.age_hours:g} hours old, --max-db-age allows {limit:g}",
        remediation="run: scantling db update",
        docs_url="docs/reference/exit-codes.md",
    )


RULE = Rule(
    id="stale-database",
    summary="The vulnerability database is older than `--max-db-age`.",
    judge=judge,
    exit_code=lambda _gate: 5,
)
