"""Package databases made to hurt: every one is read within seconds, within memory, and never passes for "nothing
installed". Families 52 to 57 of the reliability plan."""

from __future__ import annotations

import random
import resource
import sqlite3
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.analyze.os import apk, dpkg, release
from scantling.analyze.os.rpm import database
from scantling.analyze.plugin import Analyzer, FileView
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact
from support import rpmdb
from support.rpmdb import Rpm

STATUS = "var/lib/dpkg/status"
APK = "lib/apk/db/installed"
SQLITE = "var/lib/rpm/rpmdb.sqlite"
BDB = "var/lib/rpm/Packages"
NDB = "usr/lib/sysimage/rpm/Packages.db"
GOOD = b"Package: good\nStatus: install ok installed\nVersion: 1.0\n\n"
APK_GOOD = b"P:good\nV:1.0-r0\n\n"
MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """No single file may take five seconds of the processor or a gigabyte."""
    started = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1024 * 1024  # KiB


def read(analyzer: Analyzer, path: str, data: bytes) -> tuple[list[PackageFact], list[Gap]]:
    try:
        results = list(analyzer.extract(FileView(path, data)))
    except Malformed as error:
        return [], [Gap("unreadable-file", path, error.what)]
    packages = [package for result in results if isinstance(result, FileFacts) for package in result.packages]
    return packages, [result for result in results if isinstance(result, Gap)]


def names(packages: list[PackageFact]) -> list[str]:
    return [package.name for package in packages]


# --- dpkg ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        b"Package: x\nStatus: install ok installed\n\n",
        b"Status: install ok installed\nVersion: 1\n\n",
        b"Package: x y\nVersion: 1\n\n",
        b"Package: x\nVersion: " + b"9" * 5000 + b"\n\n",
        b"Package: " + b"x" * 5000 + b"\nVersion: 1\n\n",
        b"Package: x\nVersion: \x1b[31m1\n\n",
        b"\x00\x01\x02\xff\n\n",
        b"<html>\n\n",
        b"Package: x\nVersion: 1\nSource: ((((\n\n",
        b"Package: x\nVersion: 1\nDepends: " + b"a, " * (2 * MIB) + b"\n\n",
    ],
    ids=range(10),
)
def test_dpkg_bad_paragraph_is_told_and_the_others_stay(bad: bytes) -> None:
    packages, gaps = read(dpkg.ANALYZER, STATUS, GOOD + bad + GOOD.replace(b"good", b"last"))
    assert {"good", "last"} <= set(names(packages))
    assert gaps
    assert all(gap.blocks for gap in gaps)


def test_dpkg_cut_anywhere_is_told() -> None:
    data = GOOD + b"Package: last\nStatus: install ok installed\nVersion: 2.0\n\n"
    for cut in range(len(GOOD) + 1, len(data)):
        packages, gaps = read(dpkg.ANALYZER, STATUS, data[:cut])
        assert "good" in names(packages)
        assert gaps, cut


def test_dpkg_crlf() -> None:
    packages, gaps = read(dpkg.ANALYZER, STATUS, (GOOD * 2).replace(b"\n", b"\r\n"))
    assert (names(packages), gaps) == (["good"], [])


def test_dpkg_one_name_at_two_versions() -> None:
    packages, gaps = read(dpkg.ANALYZER, STATUS, GOOD + GOOD.replace(b"1.0", b"2.0"))
    assert [package.version for package in packages] == ["1.0", "2.0"]
    assert "both" in gaps[0].reason


@pytest.mark.parametrize(
    "data",
    [
        GOOD + b"Package: x\nVersion: 1\nDescription: " + b"y" * (200 * MIB) + b"\n\n",
        GOOD + b"\n" * (200 * MIB),
        GOOD + b"a:\n" * (30 * MIB),
        GOOD + b"x\n\n" * (30 * MIB),
        GOOD + b" \n" * (30 * MIB),
    ],
    ids=["a line of 200 MB", "200 million blank lines", "empty fields", "paragraphs of rubbish", "continuations"],
)
def test_dpkg_large(data: bytes) -> None:
    packages, gaps = read(dpkg.ANALYZER, STATUS, data)
    assert names(packages)[0] == "good"
    assert gaps or data.endswith(b"\n\n\n\n")
    assert len(gaps) <= limits.GAPS_PER_FILE + 1


def test_dpkg_more_packages_than_any_system_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PACKAGES_PER_FILE", 1000)
    data = b"".join(b"Package: p%d\nVersion: 1\n\n" % number for number in range(1100))
    packages, gaps = read(dpkg.ANALYZER, STATUS, data)
    assert len(packages) == 1000
    assert gaps[0].what == "limit-reached"


def test_dpkg_file_list_of_one_long_line() -> None:
    results = list(dpkg.ANALYZER.extract(FileView("var/lib/dpkg/info/x.list", b"/usr/bin/" + b"x" * (50 * MIB))))
    assert all(len(path) <= limits.PATH_BYTES + 1 for result in results for path in result.owns)  # type: ignore[union-attr]


# --- apk ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        APK_GOOD + b"P:x\nV:" + b"9" * (50 * MIB) + b"\n\n",
        APK_GOOD + b"\n" * (50 * MIB),
        APK_GOOD + b"F:usr/bin\n" + b"R:x\n" * (3 * MIB),
        APK_GOOD + b"P:x\n" * MIB,
        APK_GOOD + b"\xff\x00" * (20 * MIB),
        APK_GOOD + b"P:x\nV:1\nD:" + b"!" * MIB + b"\n\n",
        APK_GOOD + b"P:x\nV:1\nF:" + b"d" * (5 * MIB) + b"\nR:x\n\n",
    ],
    ids=["version", "blank lines", "files of nobody", "names only", "binary", "conflicts", "directory"],
)
def test_apk_large(data: bytes) -> None:
    packages, gaps = read(apk.ANALYZER, APK, data)
    assert names(packages)[0] == "good"
    assert len(gaps) <= limits.GAPS_PER_FILE + 1
    assert gaps or names(packages) == ["good", "x"]


# --- rpm headers --------------------------------------------------------------------------------------------------


def sqlite_file(folder: Path, *blobs: bytes) -> bytes:
    return rpmdb.sqlite(folder / "db", list(blobs))


def entry(tag: int, kind: int, offset: int, count: int) -> bytes:
    return struct.pack(">IIII", tag, kind, offset, count)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\0" * 8,
        struct.pack(">II", 2**31, 16),
        struct.pack(">II", 1, 2**31) + entry(1000, 6, 0, 1) + b"x\0",
        struct.pack(">II", 1, 4) + entry(1000, 6, 2**31, 1) + b"x\0\0\0",
        struct.pack(">II", 1, 4) + entry(1000, 6, 0, 2**31) + b"x\0\0\0",
        struct.pack(">II", 1, 4) + entry(1000, 6, 0, 1) + b"xxxx",
        struct.pack(">II", 1, 4) + entry(1000, 4, 0, 1) + b"xxxx",
        struct.pack(">II", 1, 4) + entry(1000, 6, 0, 0) + b"xxxx",
        struct.pack(">II", 70_000, 4) + entry(1000, 6, 0, 1) * 70_000 + b"x\0\0\0",
        rpmdb.header([(1000, 6, "x"), (1001, 6, "1")]),
    ],
    ids=range(11),
)
def test_rpm_header_that_lies(blob: bytes, tmp_path: Path) -> None:
    packages, gaps = read(database.ANALYZER, SQLITE, sqlite_file(tmp_path, blob, Rpm("good").header()))
    assert names(packages) == ["good"]
    assert gaps[0].blocks


@pytest.mark.parametrize("tag", [1047, 1049, 1117, 1118])
def test_rpm_header_with_millions_of_strings(tag: int, tmp_path: Path) -> None:
    many = rpmdb.header([(1000, 6, "x"), (1001, 6, "1"), (1002, 6, "1"), (tag, 8, ["a"] * 2_000_000)])
    packages, _ = read(database.ANALYZER, SQLITE, sqlite_file(tmp_path, many, Rpm("good").header()))
    assert names(packages) == ["good", "x"]


# --- rpm: SQLite --------------------------------------------------------------------------------------------------


def test_sqlite_damaged_at_every_page(tmp_path: Path) -> None:
    blobs = [Rpm(f"p{number}", files=tuple(f"/usr/bin/{n}" for n in range(200))).header() for number in range(30)]
    whole = rpmdb.sqlite(tmp_path / "db", blobs)
    source = random.Random(56)
    for page in range(len(whole) // 4096):
        data = bytearray(whole)
        data[page * 4096 : (page + 1) * 4096] = source.randbytes(4096)
        packages, gaps = read(database.ANALYZER, SQLITE, bytes(data))
        assert gaps or len(packages) == len(blobs), page


def test_sqlite_cut_short(tmp_path: Path) -> None:
    whole = rpmdb.sqlite(tmp_path / "db", [Rpm(f"p{number}").header() for number in range(200)])
    for cut in (0, 10, 100, 511, 512, 4096, 5000, len(whole) // 2, len(whole) - 1):
        assert read(database.ANALYZER, SQLITE, whole[:cut])[1], cut


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE x (a)"],
        ["CREATE TABLE Packages (a, b)"],
        ["CREATE VIEW Packages AS SELECT 1 AS hnum, x'00' AS blob"],
        [
            "CREATE VIEW Packages AS WITH RECURSIVE n(hnum) AS (SELECT 1 UNION ALL SELECT hnum + 1 FROM n) "
            "SELECT hnum, zeroblob(1000000) AS blob FROM n"
        ],
        [
            "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB AS (zeroblob(60000000)))",
            "INSERT INTO Packages (hnum) WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT i FROM n",
        ],
        ["CREATE VIRTUAL TABLE Packages USING fts5(hnum, blob)"],
        ["CREATE TABLE 'Packages' ( hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL )"],
        [
            "CREATE TABLE 'Packages' ( hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL )",
            "INSERT INTO Packages (blob) VALUES ('text'), (7), (1.5)",
        ],
    ],
    ids=["no table", "other table", "view", "endless view", "computed", "virtual", "no rows", "no blobs"],
)
def test_sqlite_that_is_no_rpm_database(statements: list[str], tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    packages, gaps = read(database.ANALYZER, SQLITE, (tmp_path / "db").read_bytes())
    assert packages == []
    assert gaps[0].blocks


def test_sqlite_whose_rows_were_never_checkpointed(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE 'Packages' ( hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL )")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("INSERT INTO Packages (blob) VALUES (?)", (Rpm("x").header(),))
    connection.commit()
    main, log = (tmp_path / "db").read_bytes(), (tmp_path / "db-wal").read_bytes()
    connection.close()
    packages, gaps = read(database.ANALYZER, SQLITE, main)
    assert packages == []
    assert any("write-ahead log" in gap.reason for gap in gaps)
    assert read(database.ANALYZER, SQLITE + "-wal", log)[1][0].blocks


# --- rpm: Berkeley DB and ndb -------------------------------------------------------------------------------------


def test_bdb_page_size_of_a_mebibyte() -> None:
    data = bytearray(rpmdb.bdb([Rpm("x").header()]))
    for size in (0, 1, 511, 1000, 1_048_576, 2**32 - 1):
        struct.pack_into("<I", data, 20, size)
        packages, gaps = read(database.ANALYZER, BDB, bytes(data))
        assert packages == []
        assert gaps[0].blocks


def test_bdb_overflow_chain_that_bites_its_tail() -> None:
    data = bytearray(rpmdb.bdb([Rpm("x", files=tuple(f"/{n}" for n in range(3000))).header(), Rpm("good").header()]))
    struct.pack_into("<I", data, 3 * 4096 + 16, 2)  # the second page of x's value goes back to the first
    packages, gaps = read(database.ANALYZER, BDB, bytes(data))
    assert names(packages) == ["good"]
    assert "two values or to itself" in gaps[0].reason


def test_bdb_many_values_on_one_chain() -> None:
    big = Rpm("x", files=tuple(f"/{n:0200}" for n in range(50_000))).header()
    data = bytearray(rpmdb.bdb([big, *[Rpm("y").header()] * 100]))
    item = struct.pack("<II", 2, len(big))
    first = struct.unpack_from("<144H", data, 4096 + 26)
    for position in first[3::2]:
        data[4096 + position + 4 : 4096 + position + 12] = item
    packages, gaps = read(database.ANALYZER, BDB, bytes(data))
    assert "x" in names(packages)
    assert gaps


@pytest.mark.parametrize("kind", ["bdb", "ndb", "sqlite"])
def test_flipped_bytes_never_crash_and_never_hide_silently(kind: str, tmp_path: Path) -> None:
    blobs = [Rpm(f"p{number}", vendor="v").header() for number in range(8)]
    path, whole = {
        "bdb": lambda: (BDB, rpmdb.bdb(blobs)),
        "ndb": lambda: (NDB, rpmdb.ndb(blobs)),
        "sqlite": lambda: (SQLITE, rpmdb.sqlite(tmp_path / "db", blobs)),
    }[kind]()
    source = random.Random(55)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(source.randrange(1, 8)):
            data[source.randrange(len(data))] = source.randrange(256)
        packages, gaps = read(database.ANALYZER, path, bytes(data))
        assert packages or gaps


@pytest.mark.parametrize("kind", ["bdb", "ndb"])
def test_cut_short_is_told(kind: str) -> None:
    blobs = [Rpm(f"p{number}").header() for number in range(8)]
    path, whole = (BDB, rpmdb.bdb(blobs)) if kind == "bdb" else (NDB, rpmdb.ndb(blobs))
    for cut in range(0, len(whole), 997):
        assert read(database.ANALYZER, path, whole[:cut])[1], cut


def test_ndb_slots_that_lie() -> None:
    whole = rpmdb.ndb([Rpm("x").header(), Rpm("y").header()])
    for at, value in ((12, 2**31), (40, 2**31), (44, 2**31), (40, 1), (44, 0)):
        data = bytearray(whole)
        struct.pack_into("<I", data, at, value)
        assert read(database.ANALYZER, NDB, bytes(data))[1], (at, value)


def test_ndb_slots_that_share_one_blob() -> None:
    data = bytearray(rpmdb.ndb([Rpm("x", files=tuple(f"/{n:0200}" for n in range(20_000))).header()]))
    slot = data[32:48]
    for at in range(48, 4096, 16):
        data[at : at + 16] = slot
    packages, gaps = read(database.ANALYZER, NDB, bytes(data))
    assert names(packages) == ["x"]
    assert gaps


# --- os-release ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"A" * 65_000,
        b"=" * 65_000,
        b'ID="' * 16_000,
        b"ID='" + b"\\" * 64_000,
        b"\n" * 65_000 + b"x",
        b"ID=x\n" * 13_000,
    ],
    ids=range(6),
)
def test_os_release_large(data: bytes) -> None:
    packages, gaps = read(release.ANALYZER, "etc/os-release", data)
    assert packages == []
    assert gaps or data.startswith(b"ID=x")
