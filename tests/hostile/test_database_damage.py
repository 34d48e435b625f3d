"""A damaged database is refused, or answers as the whole one does. It never answers with less."""

from __future__ import annotations

import os
import random
import runpy
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scantling.db.build import build_file
from scantling.db.install import verify
from scantling.db.open import Database, open_database
from scantling.model.errors import DatabaseUnusable

DEMO = Path(__file__).resolve().parents[2] / "demo" / "build_feed.py"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage")
    mirror = runpy.run_path(str(DEMO))["build"](folder / "mirror")
    build_file(folder / "whole.sqlite", str(mirror), datetime(2026, 11, 23, tzinfo=UTC))
    return folder / "whole.sqlite"


def everything(path: Path) -> list[object]:
    """All that a scan of the demo would ask."""
    with open_database(path) as db:
        return answers(db)


def answers(db: Database) -> list[object]:
    names = [("debian:12", name) for name in ("openssl", "curl", "zlib", "glibc", "tar", "coreutils", "absent")] + [
        ("pypi", name) for name in ("requests", "urllib3", "django", "jinja2", "flask", "absent")
    ]
    found: list[object] = [db.meta.built_at, db.meta.sources, db.covers("debian:12")]
    for ecosystem, name in names:
        advisories = db.advisories(ecosystem, name)
        found.append(advisories)
        found += [
            (a.id, db.vulnerability(a.id), db.kev(a.id), db.epss(a.id), db.exploit_public(a.id)) for a in advisories
        ]
    return [*found, db.eol("debian")]


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"SQLite format 3\0", b"<html>log in</html>" * 50])
def test_not_a_database(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(content)
    with pytest.raises(DatabaseUnusable) as caught:
        open_database(path)
    assert caught.value.exit_code == 5


def test_missing_directory_and_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing.sqlite", tmp_path, tmp_path / "pipe"):
        with pytest.raises(DatabaseUnusable):
            open_database(path)


def test_random_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(random.Random(1).randbytes(100_000))
    with pytest.raises(DatabaseUnusable):
        open_database(path)


def test_truncated_at_a_hundred_points(database: Path, tmp_path: Path) -> None:
    whole = database.read_bytes()
    path = tmp_path / "cut.sqlite"
    for step in range(100):
        path.write_bytes(whole[: len(whole) * step // 100])
        with pytest.raises(DatabaseUnusable):
            everything(path)


def test_one_flipped_bit_is_noticed_or_changes_nothing(database: Path, tmp_path: Path) -> None:
    whole = database.read_bytes()
    expected = everything(database)
    path = tmp_path / "flipped.sqlite"
    chance = random.Random(20261123)
    noticed = 0
    for _ in range(400):
        at = chance.randrange(len(whole))
        damaged = bytearray(whole)
        damaged[at] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            assert everything(path) == expected, f"byte {at}"
        except DatabaseUnusable:
            noticed += 1
    assert noticed > 0


def test_a_page_of_zeros_is_noticed_or_changes_nothing(database: Path, tmp_path: Path) -> None:
    whole = database.read_bytes()
    expected = everything(database)
    path = tmp_path / "zeros.sqlite"
    for start in range(0, len(whole), 512):
        path.write_bytes(whole[:start] + b"\0" * 512 + whole[start + 512 :])
        try:
            assert everything(path) == expected, f"byte {start}"
        except DatabaseUnusable:
            continue


def test_a_deleted_row_is_damage_and_not_an_answer(database: Path, tmp_path: Path) -> None:
    for number, table in enumerate(("package", "vulnerability", "fact", "source", "meta")):
        path = tmp_path / f"{number}.sqlite"
        path.write_bytes(database.read_bytes())
        with sqlite3.connect(path) as connection:
            connection.execute(f"DELETE FROM {table}")
        connection.close()
        with pytest.raises(DatabaseUnusable):
            everything(path)


def test_rows_exchanged_between_packages(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "swapped.sqlite"
    path.write_bytes(database.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE package SET data = (SELECT data FROM package WHERE name = 'tar') WHERE name = 'curl'"
        )
    connection.close()
    with pytest.raises(DatabaseUnusable):
        everything(path)


@pytest.mark.parametrize(("version", "advice"), [(0, "db update"), (99, "upgrade scantling")])
def test_other_schemas_say_what_to_do(database: Path, tmp_path: Path, version: int, advice: str) -> None:
    path = tmp_path / "other.sqlite"
    path.write_bytes(database.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with pytest.raises(DatabaseUnusable) as caught:
        open_database(path)
    assert advice in caught.value.hint


def test_verify_reads_every_byte(database: Path, tmp_path: Path) -> None:
    assert verify(database).packages > 0
    whole = bytearray(database.read_bytes())
    from scantling.db.open import sha256_of

    path = tmp_path / f"{sha256_of(database)}.sqlite"
    whole[-1] ^= 1
    path.write_bytes(whole)
    with pytest.raises(DatabaseUnusable):
        verify(path)


def test_a_database_that_does_not_say_when_it_was_built_is_not_used(database: Path, tmp_path: Path) -> None:
    """Its age could not be told, so stale data would look fresh; even a matching seal does not help it."""
    from scantling.db import schema

    copy = tmp_path / "db.sqlite"
    copy.write_bytes(database.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE meta SET value = 'soon' WHERE key = 'built_at'")
        meta = connection.execute("SELECT key, value FROM meta").fetchall()
        sources = connection.execute(
            "SELECT name, updated_at, records, error, url, licence, ecosystems FROM source ORDER BY name"
        ).fetchall()
        seal = schema.seal_of(sorted(meta), sources)
        connection.execute("UPDATE meta SET value = ? WHERE key = ?", (seal, schema.SEAL))
    with pytest.raises(DatabaseUnusable, match="when it was built"):
        open_database(copy)
