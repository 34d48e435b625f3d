"""The whole of a database, read and compared: for ``scantling db verify`` and after a copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from scantling.model.errors import DatabaseUnusable

from . import codec, schema
from .meta import DatabaseMeta
from .open import open_database, sha256_of


def verify_file(path: Path) -> DatabaseMeta:
    """Check the file's SHA-256 (where its name or the installed record says one), SQLite's own structure, every row's
    checksum and every count. Raises ``DatabaseUnusable``."""
    with open_database(path) as database:
        meta = database.meta
    found = sha256_of(path)
    if meta.digest != f"sha256:{found}":
        _refuse(path, "its SHA-256 is not the one recorded when it was installed")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            if problems != ["ok"]:
                _refuse(path, "; ".join(map(str, problems)))
            counts = _rows(connection)
    except (sqlite3.Error, schema.Damaged, ValueError) as error:
        raise DatabaseUnusable(f"the vulnerability database is damaged: {error}", where=str(path)) from error
    if counts != (meta.packages, meta.vulnerabilities):
        _refuse(path, f"it has {counts[0]} packages and {counts[1]} vulnerabilities, not as many as it says")
    return meta


def _rows(connection: sqlite3.Connection) -> tuple[int, int]:
    packages = vulnerabilities = 0
    for ecosystem, name, data in connection.execute("SELECT ecosystem, name, data FROM package"):
        codec.read_advisories(schema.opened("package", schema.package_key(ecosystem, name), data))
        packages += 1
    for identity, data in connection.execute("SELECT id, data FROM vulnerability"):
        codec.read_vulnerability(schema.opened("vulnerability", identity, data))
        vulnerabilities += 1
    for kind, key, data in _facts(connection):
        schema.opened(kind, key, data)
    return packages, vulnerabilities


def _facts(connection: sqlite3.Connection) -> Iterator[tuple[str, str, bytes]]:
    yield from connection.execute("SELECT kind, key, data FROM fact")


def _refuse(path: Path, reason: str) -> None:
    raise DatabaseUnusable(
        f"the vulnerability database is damaged: {reason}", where=str(path), hint="run: scantling db update"
    )
