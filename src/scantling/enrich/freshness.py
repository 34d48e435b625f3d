"""How old the data is: a database or a feed that has not moved for long cannot say that nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scantling.model.coverage import Gap
from scantling.model.coverage_statement import FeedAge
from scantling.model.moment import iso, parse

if TYPE_CHECKING:
    from scantling.db.open import Database

DATABASE_MAX_AGE = timedelta(days=5)
FEED_MAX_AGE = timedelta(days=30)
_FUTURE_TOLERANCE = timedelta(days=1)


def freshness_gaps(
    ecosystems: Iterable[str], database: Database, now: datetime, feed_max_age: timedelta = FEED_MAX_AGE
) -> tuple[Gap, ...]:
    """Gaps for a database built more than five days before ``now`` and for each feed in use that is unchanged for
    more than ``feed_max_age`` (thirty days); a database from the future says that a clock is wrong."""
    gaps: set[Gap] = set()
    built = parse(database.meta.built_at)
    if built is not None:
        age = now - built
        if age < -_FUTURE_TOLERANCE:
            reason = (
                f"built at {database.meta.built_at}, after this scan's clock ({iso(now)}): one of the clocks is wrong"
            )
            gaps.add(Gap("clock", "vulnerability database", reason))
        elif age > DATABASE_MAX_AGE:
            gaps.add(
                Gap("stale-database", "vulnerability database", f"built {age.days} days ago; run: scantling db update")
            )
    for ecosystem in sorted(set(ecosystems)):
        source = database.covers(ecosystem)
        if source is None:
            continue
        if source.error:
            gaps.add(Gap("feed-error", source.name, f"{ecosystem}: {source.error}"))
            continue
        updated = parse(source.updated_at)
        if updated is None:
            gaps.add(
                Gap("feed-age-unknown", source.name, "the feed does not say when it was last changed", blocks=False)
            )
        elif now - updated > feed_max_age:
            days = (now - updated).days
            gaps.add(Gap("stale-feed", source.name, f"newest data is {days} days old ({source.updated_at[:10]})"))
    return tuple(sorted(gaps))


def feed_ages(ecosystems: Iterable[str], database: Database, now: datetime) -> tuple[FeedAge, ...]:
    """The feeds in use, by name, with their age at ``now``."""
    used: dict[str, list[str]] = {}
    dates: dict[str, str] = {}
    for ecosystem in sorted(set(ecosystems)):
        source = database.covers(ecosystem)
        if source is not None:
            used.setdefault(source.name, []).append(ecosystem)
            dates[source.name] = source.updated_at
    ages = []
    for name, served in sorted(used.items()):
        updated = parse(dates[name])
        hours = None if updated is None else round((now - updated).total_seconds() / 3600, 1)
        ages.append(FeedAge(name, tuple(served), dates[name], hours))
    return tuple(ages)
