"""Feeds on their way in: read one after the other, statements and descriptions laid down on disk, the rest counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.model.advisory import EolCycle, Kev, SourceStatus, Vulnerability
from scantling.model.errors import Malformed
from scantling.model.moment import parse

from . import codec
from .cve_table import parse_cve
from .feed_file import open_feed
from .feeds.feed import Feed, FeedFile, line
from .fetch import FeedAbsent, FeedUnavailable, Fetch, Fetched
from .names import fold
from .records import Covers, Exploited, PublicExploit, Record, Rejected, Scored, Stamp, Statement

_BATCH = 5_000


class Stage:
    """A scratch database at ``path`` that holds what the feeds said until it can be written in order."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._now = now
        self.kev: dict[str, Kev] = {}
        self.exploits: set[str] = set()
        self.epss: dict[str, list[tuple[int, float, float]]] = {}
        self.epss_date = ""
        self.cycles: list[EolCycle] = []
        self.statuses: list[SourceStatus] = []
        self.has_statements = False
        self._ecosystems: dict[str, dict[str, str]] = {}  # feed -> ecosystem -> its own files' date
        self._statements: list[tuple[object, ...]] = []
        self._described: list[tuple[object, ...]] = []
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32000;"
            "CREATE TABLE statement(ecosystem TEXT, name TEXT, data BLOB);"
            "CREATE TABLE described(id TEXT, rank INTEGER, data BLOB); BEGIN"
        )

    def take(self, feed: Feed, fetch: Fetch) -> None:
        """Read all of ``feed``. What cannot be had or read is in its status, and the others go on."""
        tally = _Tally()
        covered = self._ecosystems.setdefault(feed.name, {})
        for file in feed.files:
            try:
                fetched = fetch(file)
            except FeedAbsent as error:
                if not file.optional:
                    tally.errors.append(f"{file.path}: {error.what}")
                continue
            except (FeedUnavailable, OSError) as error:
                tally.errors.append(f"{file.path}: {line(str(error), 300)}")
                continue
            self._read(feed, file, fetched, tally, covered)
        if not tally.files and not tally.errors:
            tally.errors.append("not available")
        if not tally.files:
            covered.update(dict.fromkeys(feed.ecosystems, ""))
        self.statuses.append(
            SourceStatus(
                feed.name, tally.updated_at, tally.records, tally.error(), tally.url or feed.files[0].url, feed.licence
            )
        )

    def _read(self, feed: Feed, file: FeedFile, fetched: Fetched, tally: _Tally, covered: dict[str, str]) -> None:
        newest = ""
        named: set[str] = set()  # the ecosystems that this file is about
        try:
            with open_feed(fetched.path) as blob:
                for record in feed.parse(file, blob):
                    if isinstance(record, Stamp):
                        newest = max(newest, self._believable(record.updated_at))
                    elif isinstance(record, Covers):
                        named.add(record.ecosystem)
                    elif isinstance(record, Rejected):
                        tally.rejected.append(record)
                    else:
                        tally.records += self._keep(record, feed, named)
        except (Malformed, OSError) as error:
            tally.errors.append(f"{file.path}: {line(str(error), 300)}")
        else:
            tally.files += 1
            if len(feed.ecosystems) == 1:
                named.update(feed.ecosystems)
        date = newest or fetched.updated_at
        for ecosystem in sorted(named):
            # of several files about one release the oldest speaks: a fresh one must not hide it
            known = covered.get(ecosystem, "")
            covered[ecosystem] = min(known, date) if known and date else known or date
        tally.updated_at = max(tally.updated_at, date)
        tally.url = tally.url or fetched.url
        if fetched.note:
            tally.errors.append(f"{file.path}: {fetched.note}")

    def _keep(self, record: Record, feed: Feed, named: set[str]) -> int:
        """1 when ``record`` counts as one of the feed's records."""
        if isinstance(record, Statement):
            named.add(record.ecosystem)
            self.has_statements = True
            data = codec.pack(codec.advisory_row(record.advisory))
            self._statements.append((record.ecosystem, fold(record.ecosystem, record.name), data))
            if len(self._statements) >= _BATCH:
                self._flush()
        elif isinstance(record, Vulnerability):
            data = codec.pack(codec.vulnerability_row(record))
            self._described.append((record.id, feed.rank, data))
            if len(self._described) >= _BATCH:
                self._flush()
            return 0 if feed.ecosystems else 1
        elif isinstance(record, Exploited):
            self.kev[record.cve] = record.kev
        elif isinstance(record, Scored):
            parsed = parse_cve(record.cve)
            if parsed is None:
                return 0
            self.epss.setdefault(parsed[0], []).append((parsed[1], record.epss.score, record.epss.percentile))
            self.epss_date = record.epss.date
        elif isinstance(record, PublicExploit):
            self.exploits.add(record.cve)
        elif isinstance(record, EolCycle):
            self.cycles.append(record)
        return 1

    def sources(self) -> list[tuple[SourceStatus, dict[str, str]]]:
        """Every feed's status and the ecosystems that it answers for with the dates of their own files, by name."""
        return [
            (status, dict(sorted(self._ecosystems[status.name].items())))
            for status in sorted(self.statuses, key=lambda status: status.name)
        ]

    def statements(self) -> Iterator[tuple[str, str, bytes]]:
        """(ecosystem, name, advisory) in order of key."""
        self._flush()
        yield from self._connection.execute("SELECT ecosystem, name, data FROM statement ORDER BY ecosystem, name")

    def vulnerabilities(self) -> Iterator[tuple[str, bytes]]:
        """(id, vulnerability) in order of id, the best feed first."""
        self._flush()
        yield from self._connection.execute("SELECT id, data FROM described ORDER BY id, rank, data")

    def _believable(self, date: str) -> str:
        """``date``, or "" when it lies in the future: one mistyped record must not make a stale feed look fresh."""
        moment = parse(date)
        return date if moment is not None and moment <= self._now + timedelta(days=1) else ""

    def close(self) -> None:
        self._connection.close()

    def _flush(self) -> None:
        self._connection.executemany("INSERT INTO statement VALUES (?, ?, ?)", self._statements)
        self._connection.executemany("INSERT INTO described(id, rank, data) VALUES (?, ?, ?)", self._described)
        self._statements.clear()
        self._described.clear()


class _Tally:
    """What is said of one feed while it is read."""

    def __init__(self) -> None:
        self.records = 0
        self.files = 0
        self.updated_at = ""
        self.url = ""
        self.errors: list[str] = []
        self.rejected: list[Any] = []

    def error(self) -> str:
        errors = list(self.errors)
        if self.rejected:
            shown = "; ".join(f"{bad.where}: {bad.reason}" for bad in self.rejected[: limits.FEED_REJECTED_SHOWN])
            errors.append(f"{len(self.rejected)} records could not be read ({shown})")
        return "; ".join(errors)
