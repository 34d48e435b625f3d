"""Times as text: read as feeds and databases write them, written as reports show them."""

from __future__ import annotations

from datetime import UTC, datetime


def parse(text: str) -> datetime | None:
    """An aware time from ISO 8601 ("2026-11-23", "2026-11-23T10:00:00Z"), UTC where no zone is named; None for any
    other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def iso(moment: datetime) -> str:
    """An aware time in UTC to the second: "2026-11-23T10:00:00Z"."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
