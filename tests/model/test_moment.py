"""Times are ISO 8601; expected values are worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scantling.model.moment import iso, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23T10:00:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23T10:00:00+02:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        ("2026-13-01", None),
    ],
)
def test_what_is_a_time(text: str, expected: datetime | None) -> None:
    assert parse(text) == expected


def test_written_in_utc_to_the_second() -> None:
    there = timezone(timedelta(hours=2))
    assert iso(datetime(2026, 11, 23, 10, 0, 0, 999, tzinfo=there)) == "2026-11-23T08:00:00Z"
