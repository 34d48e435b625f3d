"""Since when findings are known: a small SQLite file that outlives rebuilds, re-tags and the cache.

One row for each fingerprint (vulnerability, package without version, repository, origin): the first scan that saw it,
and the first that saw a fix for it. Rows are only ever added or filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from scantling.model.errors import UsageError
from scantling.model.moment import iso

_BUSY_S = 30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (fingerprint TEXT PRIMARY KEY, first TEXT NOT NULL, fixed TEXT NOT NULL DEFAULT '')
WITHOUT ROWID
"""


class Seen(NamedTuple):
    """ISO 8601; ``fixed`` is "" while no fix has been seen."""

    first: str
    fixed: str


class Found(Protocol):
    """What the history wants to know of a finding."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def fixed_versions(self) -> tuple[str, ...]: ...


def user_history() -> Path:
    """The platform's place for state that cannot be made again."""
    from platformdirs import user_state_path

    return user_state_path("scantling") / "history.sqlite"


Known = Path | Mapping[str, Seen] | None
"""A history: a file, rows that were taken from one, or the user's own file."""


def seen_in(history: Known, findings: Iterable[Found], now: datetime) -> Mapping[str, Seen]:
    """What is known of ``findings``. In a file they are noted, as ``remember`` does; rows stay as they are."""
    if not isinstance(history, Mapping):
        return remember(history or user_history(), findings, now)
    moment = iso(now)
    known: dict[str, Seen] = {}
    for finding in findings:
        row = history.get(finding.fingerprint, Seen(moment, ""))
        known[finding.fingerprint] = row if row.fixed or not finding.fixed_versions else Seen(row.first, moment)
    return known


def remember(path: Path, findings: Iterable[Found], now: datetime) -> Mapping[str, Seen]:
    """Note ``findings`` as seen at ``now`` where they are new, and give what is known of each. Several processes may
    do so at once. Raises ``UsageError`` when the file cannot be used: without it no grace could be counted."""
    import sqlite3

    moment = iso(now)
    rows = {finding.fingerprint: bool(finding.fixed_versions) for finding in findings}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_BUSY_S)) as connection, connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(_SCHEMA)
            connection.executemany(
                "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (fingerprint) DO UPDATE SET "
                "first = min(first, excluded.first), "
                "fixed = CASE WHEN fixed = '' OR (excluded.fixed <> '' AND excluded.fixed < fixed) "
                "THEN excluded.fixed ELSE fixed END",
                [(fingerprint, moment, moment if fixed else "") for fingerprint, fixed in rows.items()],
            )
            known: dict[str, Seen] = {}
            for fingerprint in rows:
                row = connection.execute(
                    "SELECT first, fixed FROM seen WHERE fingerprint = ?", (fingerprint,)
                ).fetchone()
                known[fingerprint] = Seen(*row)
            return known
    except (OSError, sqlite3.Error) as error:
        raise UsageError(
            f"the history of findings cannot be used: {error}",
            where=str(path),
            hint="name a writable file with --history, or remove a damaged one (every grace starts anew)",
        ) from error
