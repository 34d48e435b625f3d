"""From feeds to one SQLite file. The same inputs and the same clock give the same bytes.

Records are staged on disk in a table of their own and read back in order of key, so that memory does not grow with
the feeds; then each package's advisories become one row.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.model.advisory import EolCycle, SourceStatus
from scantling.model.errors import DatabaseUnusable
from scantling.store.atomic import partial_path, publish

from . import codec, cve_table, schema
from .combine import combine
from .feeds.feed import Feed
from .fetch import Fetch, open_place
from .meta import DatabaseMeta
from .stage import Stage

if TYPE_CHECKING:
    from scantling.net.options import NetOptions

Progress = Callable[[str, int, int], None]
"""``progress("database", done, total)``, counted in feeds."""


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that do not watch."""


def build_file(
    out_path: Path,
    mirror: str,
    now: datetime,
    *,
    net_options: NetOptions | None = None,
    cache_dir: Path | None = None,
    progress: Progress = no_progress,
) -> DatabaseMeta:
    """Build a database at ``out_path`` (replaced whole, or left as it was) from upstream or from ``mirror``.

    ``now`` (aware) becomes ``built_at``. ``cache_dir`` keeps downloads. Raises ``DatabaseUnusable`` when no feed of
    advisories could be had, ``UsageError`` for a mirror that is not there, ``OSError`` for a full disk and the like.
    """
    from .open import open_database

    with tempfile.TemporaryDirectory(prefix="scantling-feeds-") as scratch:
        fetch, demo = open_place(mirror, (cache_dir or Path(scratch)) / "feeds", net_options)
        out_path.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(out_path)
        try:
            build(partial, fetch, now, demo=demo, progress=progress)
            publish(partial, out_path)
        finally:
            for leftover in (partial, _stage_path(partial)):
                leftover.unlink(missing_ok=True)
    with open_database(out_path) as database:
        return database.meta


def build(
    path: Path,
    fetch: Fetch,
    now: datetime,
    *,
    demo: bool = False,
    feeds: tuple[Feed, ...] = (),
    progress: Progress = no_progress,
) -> None:
    """Write the database to the new file ``path``. Raises as ``build_file``."""
    if not feeds:
        from .feeds.catalog import FEEDS as feeds  # noqa: N811
    stage_path = _stage_path(path)
    with closing(Stage(stage_path, now)) as stage:
        for number, feed in enumerate(feeds):
            progress("database", number, len(feeds) + 1)
            stage.take(feed, fetch)
        progress("database", len(feeds), len(feeds) + 1)
        if not stage.has_statements:
            first = next((f"{status.name}: {status.error}" for status in stage.statuses if status.error), "")
            raise DatabaseUnusable(
                f"no feed of advisories could be had; {first}",
                hint="check the network, the proxy or SCANTLING_FEED_MIRROR",
            )
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            _write(connection, stage, now, demo)
    stage_path.unlink()
    progress("database", len(feeds) + 1, len(feeds) + 1)


def _write(connection: sqlite3.Connection, stage: Stage, now: datetime, demo: bool) -> None:
    connection.executescript(
        f"PRAGMA page_size={schema.PAGE_BYTES}; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        f"PRAGMA application_id={schema.APPLICATION_ID}; PRAGMA user_version={schema.SCHEMA};" + schema.TABLES
    )
    connection.execute("BEGIN")
    meta = {"built_at": now.astimezone(UTC).isoformat(timespec="seconds"), "demo": "1" if demo else "0"}
    directories: dict[str, list[int]] = {schema.VULNERABILITY_DIRECTORY: [], "#eol": []}
    meta["packages"] = str(_insert(connection, "package(ecosystem, name, data)", _packages(stage, directories)))
    meta["vulnerabilities"] = str(_insert(connection, "vulnerability(id, data)", _vulnerabilities(stage, directories)))
    facts = list(_facts(stage, directories, meta))
    facts += [
        ("directory", key, schema.sealed("directory", key, schema.pack_directory(hashes)))
        for key, hashes in directories.items()
    ]
    _insert(connection, "fact(kind, key, data)", iter(sorted(facts)))
    meta["directories"] = " ".join(sorted(directories))
    sources = [_source_row(status, ecosystems) for status, ecosystems in stage.sources()]
    _insert(connection, "source(name, updated_at, records, error, url, licence, ecosystems)", iter(sources))
    meta[schema.SEAL] = schema.seal_of(list(meta.items()), sources)
    _insert(connection, "meta(key, value)", iter(sorted(meta.items())))
    connection.execute("COMMIT")
    connection.execute("VACUUM")


def _source_row(status: SourceStatus, ecosystems: dict[str, str]) -> tuple[object, ...]:
    dated = " ".join(f"{ecosystem}|{date}" if date else ecosystem for ecosystem, date in ecosystems.items())
    return (status.name, status.updated_at, status.records, status.error, status.url, status.licence, dated)


def _insert(connection: sqlite3.Connection, into: str, rows: Iterator[tuple[object, ...]]) -> int:
    marks = ", ".join("?" * (into.count(",") + 1))
    before = connection.total_changes
    connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608 - constants of this file
    return connection.total_changes - before


def _packages(stage: Stage, directories: dict[str, list[int]]) -> Iterator[tuple[object, ...]]:
    for (ecosystem, name), rows in groupby(stage.statements(), itemgetter(0, 1)):
        unique = sorted({row[2] for row in rows})
        payload = codec.pack([codec.unpack(row) for row in unique])
        directories.setdefault(ecosystem, []).append(schema.key_hash(name))
        yield ecosystem, name, schema.sealed("package", schema.package_key(ecosystem, name), payload)


def _vulnerabilities(stage: Stage, directories: dict[str, list[int]]) -> Iterator[tuple[object, ...]]:
    for (identity,), rows in groupby(stage.vulnerabilities(), lambda row: (row[0],)):
        whole = combine([codec.read_vulnerability(row[1]) for row in rows])
        directories[schema.VULNERABILITY_DIRECTORY].append(schema.key_hash(identity))
        payload = codec.pack(codec.vulnerability_row(whole))
        yield identity, schema.sealed("vulnerability", identity, payload)


def _facts(stage: Stage, directories: dict[str, list[int]], meta: dict[str, str]) -> Iterator[tuple[str, str, bytes]]:
    kev = [(cve, found.added, found.due, found.ransomware) for cve, found in sorted(stage.kev.items())]
    yield "kev", "all", schema.sealed("kev", "all", codec.pack(kev))
    yield "exploit", "all", schema.sealed("exploit", "all", cve_table.pack_cves(stage.exploits))
    meta["epss_date"] = stage.epss_date
    meta["epss_years"] = " ".join(sorted(stage.epss))
    for year, rows in sorted(stage.epss.items()):
        yield "epss", year, schema.sealed("epss", year, cve_table.pack_scores(rows))
    by_product: dict[str, list[EolCycle]] = {}
    for cycle in stage.cycles:
        by_product.setdefault(cycle.product, []).append(cycle)
    for product, cycles in sorted(by_product.items()):
        directories["#eol"].append(schema.key_hash(product))
        payload = codec.pack([codec.eol_row(cycle) for cycle in cycles])
        yield "eol", product, schema.sealed("eol", product, payload)


def _stage_path(path: Path) -> Path:
    return path.with_name(path.name + "-stage")
