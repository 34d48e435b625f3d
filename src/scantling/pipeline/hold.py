"""Holds a report against policies, with the local history of findings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scantling.model.report import Report, Violation
from scantling.policy.asked import Asked


def held(report: Report, asked: Asked, now: datetime, history: Path | None) -> tuple[Violation, ...]:
    """What ``asked`` does not allow. Rules with a grace read and write the history in ``history`` (None: the user's
    own); others leave it alone."""
    if not asked.needs_history():
        return asked.judge(report, now, {})
    from scantling.store.history import remember, user_history

    return asked.judge(report, now, remember(history or user_history(), report.findings, now))
