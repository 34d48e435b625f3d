"""The index of known bases: one SQLite file that ``scantling base index`` fills and that may be handed on.

A row is one image by one name, with the name of its stack of layers. The file may come from anybody: it is opened
read-only, without trust in its schema, and what it says is bounded and checked before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scantling.guard import limits
from scantling.model.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

FILE_NAME = "bases.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS base (
  name TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL, platform TEXT NOT NULL, created TEXT NOT NULL,
  layers INTEGER NOT NULL, chain TEXT NOT NULL, target TEXT NOT NULL, indexed TEXT NOT NULL,
  PRIMARY KEY (name, tag, platform, digest)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS base_by_chain ON base (chain);
"""
_COLUMNS = "name, tag, digest, platform, created, layers, chain, target, indexed"
_DIGEST = re.compile(r"sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})")
_STEPS = 20_000_000  # of SQLite's virtual machine: a list of a full index takes a tenth
_TEXT = 1024
_ROWS = limits.BASE_INDEX_ROWS


@dataclass(frozen=True, slots=True)
class Known:
    """One base. ``name`` is without tag, ``digest`` that of its manifest ("" where there is none), ``chain`` the name
    of its ``layers`` layers together; ``target`` is what to scan to get it, ``indexed`` when it was looked at."""

    name: str
    tag: str
    digest: str
    platform: str
    created: str
    layers: int
    chain: str
    target: str
    indexed: str

    @property
    def reference(self) -> str:
        return f"{self.name}:{self.tag}" if self.tag else self.name


class Unusable(ValueError):
    """The file is no index, or is damaged."""


def built_on(path: Path, chains: Sequence[str]) -> tuple[Known, ...]:
    """The bases whose layers are the lowest of an image with these ``chain_ids``: the longest stack first, and by
    name. Raises ``Unusable``."""
    marks = ",".join("?" * len(chains))
    return _select(path, f"chain IN ({marks}) ORDER BY layers DESC, name, tag, indexed DESC", tuple(chains))


def named(path: Path, name: str = "") -> tuple[Known, ...]:
    """Every row of ``name`` ("" for all), by name, tag and age. Raises ``Unusable``."""
    return _select(path, "? IN ('', name) ORDER BY name, tag, platform, indexed DESC, digest", (name,))


def add(path: Path, rows: Iterable[Known]) -> int:
    """Put ``rows`` into the index, which is made when there is none; how many it holds then. Raises ``UsageError``."""
    import sqlite3

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
            connection.executescript(_SCHEMA)
            connection.executemany("INSERT OR REPLACE INTO base VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, rows))
            count: int = connection.execute("SELECT count(*) FROM base").fetchone()[0]
            if count > limits.BASE_INDEX_ROWS:
                raise UsageError(f"an index of more than {limits.BASE_INDEX_ROWS} bases", where=str(path))
            return count
    except (OSError, sqlite3.Error) as error:
        raise UsageError(
            f"the index of bases cannot be written: {error}",
            where=str(path),
            hint="name another file with --base-index, or remove a damaged one and index again",
        ) from error


def _select(path: Path, condition: str, values: tuple[str, ...]) -> tuple[Known, ...]:
    with _opened(path) as connection:
        found = connection.execute(f"SELECT {_COLUMNS} FROM base WHERE {condition} LIMIT ?", (*values, _ROWS))  # noqa: S608 - our own words
        return tuple(map(_row, found))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    import sqlite3

    try:
        if path.stat().st_size > limits.BASE_INDEX_BYTES:
            raise Unusable(f"it is larger than {limits.BASE_INDEX_BYTES} bytes")
        address = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            left = [_STEPS // 10_000]
            connection.set_progress_handler(lambda: _spent(left), 10_000)
            kind = connection.execute("SELECT type FROM sqlite_master WHERE name = 'base'").fetchone()
            if kind != ("table",):
                raise Unusable("it is no index of bases")
            yield connection
    except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
        raise Unusable(str(error)) from error


def _spent(left: list[int]) -> bool:
    left[0] -= 1
    return left[0] < 0


def _row(values: Sequence[Any]) -> Known:
    name, tag, digest, platform, created, layers, chain, target, indexed = values
    texts = (name, tag, digest, platform, created, chain, target, indexed)
    if not all(isinstance(text, str) and len(text) <= _TEXT for text in texts):
        raise Unusable("a row holds what is no text")
    if type(layers) is not int or not 0 < layers <= limits.LAYERS:
        raise Unusable("a row has an impossible number of layers")
    if not target.startswith(("registry:", "oci:")):
        raise Unusable("a row names what no base is read from")  # a file handed on must not aim at anything else
    known = Known(name, tag, digest, platform, created, layers, chain, target, indexed)
    if not _DIGEST.fullmatch(chain) or (known.digest and not _DIGEST.fullmatch(known.digest)):
        raise Unusable("a row holds what is no digest")
    return known
