"""Holds a report against compliance packs, with the local history of findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from scantling.compliance.assess import assess
from scantling.compliance.pack import Pack
from scantling.model.report import Report
from scantling.policy.requirement import Circumstances
from scantling.store.history import Known, Seen


def complied(report: Report, packs: tuple[Pack, ...], now: datetime, history: Known) -> Report:
    """``report`` with the outcome of each pack. Packs with a grace read and write the history in ``history`` (None:
    the user's own); others leave it alone."""
    seen: dict[str, Seen] = {}
    if any(pack.needs_history() for pack in packs):
        from scantling.store.history import seen_in

        seen = dict(seen_in(history, report.findings, now))
    circumstances = Circumstances(now, seen)
    return replace(report, compliance=tuple(assess(report, pack, circumstances) for pack in packs))
