"""Which feeds decided for an image and how old their data is, for the coverage statement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from scantling.enrich.freshness import feed_ages
from scantling.model.advisory import SourceStatus
from scantling.model.coverage_statement import FeedAge

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Covering:
    """``covers`` of a database, by hand."""

    def __init__(self, **feeds: tuple[str, str]) -> None:
        self.feeds = feeds

    def covers(self, ecosystem: str) -> SourceStatus | None:
        feed = self.feeds.get(ecosystem)
        return None if feed is None else SourceStatus(feed[0], feed[1], 1)


def ages(*ecosystems: str, **feeds: tuple[str, str]) -> tuple[FeedAge, ...]:
    return feed_ages(ecosystems, cast("Any", Covering(**feeds)), NOW)


def test_each_feed_once_with_all_that_it_decided_for() -> None:
    found = ages(
        "pypi", "npm", "gem", "pypi", pypi=("osv", "2026-11-22T12:00:00Z"), npm=("osv", "2026-11-22T12:00:00Z")
    )
    assert found == (FeedAge("osv", ("npm", "pypi"), "2026-11-22T12:00:00Z", 24.0),)


def test_an_unknown_date_is_an_unknown_age() -> None:
    found = ages("a", "b", a=("one", ""), b=("two", "soon"))
    assert [age.age_hours for age in found] == [None, None]


def test_a_date_without_a_zone_is_utc() -> None:
    assert ages("a", a=("one", "2026-11-23T06:30:00"))[0].age_hours == 5.5
