"""Exceptions held against a saved report: what ``ignore check`` and ``ignore prune`` share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scantling.exceptions.apply import Used


def held_against(
    files: Sequence[Path], report: Path | None, today: date, max_days: int | None = None
) -> Iterator[tuple[Used, tuple[str, ...]]]:
    """Each entry with what is wrong with it, also under a policy's limit of ``max_days``; without a report only its
    dates can be told."""
    from scantling.exceptions.apply import Used, apply, problems, why_not
    from scantling.exceptions.catalog import read_exceptions

    entries = [entry for file in files for entry in read_exceptions(file, ())]
    if report is None:
        for entry in entries:
            used = Used(entry, ("?",), not why_not(entry, today, max_days))
            yield used, problems(used, (), today, max_days)
        return
    from scantling.report.load import load_report

    loaded = load_report(report)
    _, uses = apply(loaded.findings, entries, loaded.target.repository, today, max_days)
    for used in uses:
        yield used, problems(used, loaded.findings, today, max_days)
