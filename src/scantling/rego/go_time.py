"""``time.add_date`` as OPA has it: a day that the month does not have runs on into the next, as Go's AddDate says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

_NS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def add_date(moment: Any, years: int, months: int, days: int) -> int:
    """Nanoseconds since 1970. ``moment`` is that too, or a pair of it and the name of a time zone."""
    nanoseconds, zone = (moment[0], moment[1]) if isinstance(moment, list | tuple) else (moment, "UTC")
    seconds, rest = divmod(int(nanoseconds), _NS)
    local = (_EPOCH + timedelta(seconds=seconds)).astimezone(_zone(zone))
    month = local.year * 12 + local.month - 1 + int(years) * 12 + int(months)
    first = local.replace(year=month // 12, month=month % 12 + 1, day=1)
    moved = first + timedelta(days=local.day - 1 + int(days))
    return int((moved.astimezone(UTC) - _EPOCH).total_seconds()) * _NS + rest


def _zone(name: str) -> Any:
    if name in {"", "UTC"}:
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
