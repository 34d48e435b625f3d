"""rpm's headers and its three database formats, from files written by ``support.rpmdb``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scantling.analyze.os.rpm import database
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, PackageFact
from support import rpmdb
from support.rpmdb import Rpm

BASH = Rpm(
    "bash", "5.1.8", "6.el9_1", arch="x86_64", sourcerpm="bash-5.1.8-6.el9_1.src.rpm", vendor="Rocky Enterprise",
    license="GPLv3+", requires=("libc.so.6()(64bit)", "rpmlib(CompressedFileNames)", "/bin/sh", "filesystem"),
    files=("/usr/bin/bash", "/usr/share/man/man1/bash.1.gz", "/etc/profile"),
)  # fmt: skip
GLIBC = Rpm(
    "glibc", "2.34", "60.el9", arch="x86_64", provides=("glibc", "libc.so.6()(64bit)"),
    files=tuple(f"/usr/share/i18n/{number}" for number in range(2000)),
)  # fmt: skip
SSL = Rpm("openssl", "3.0.7", "6.el9", epoch=1, arch="x86_64")
NODE = Rpm("nodejs", "18.14.2", "3.module+el9", epoch=1, arch="x86_64", module="nodejs:18:9020020230327152102:rhel9")
ZERO = Rpm("zero", epoch=0, files=("/usr/lib/python3.9/site-packages/six-1.15.0-py3.9.egg-info",))
KEY = Rpm("gpg-pubkey", "350d275d", "6279464b", arch="")
ALL = (BASH, GLIBC, SSL, NODE, ZERO, KEY)

EXPECTED = (
    PackageFact(
        "rpm", "bash", "5.1.8-6.el9_1", "x86_64", "bash", "5.1.8-6.el9_1", ("GPLv3+",), origin="Rocky Enterprise",
        depends=("glibc",),
    ),
    PackageFact("rpm", "glibc", "2.34-60.el9", "x86_64", licenses=("MIT",)),
    PackageFact(
        "rpm", "nodejs", "1:18.14.2-3.module+el9", "x86_64", licenses=("MIT",),
        module="nodejs:18:9020020230327152102:rhel9",
    ),
    PackageFact("rpm", "openssl", "1:3.0.7-6.el9", "x86_64", licenses=("MIT",)),
    PackageFact("rpm", "zero", "1.0-1", "noarch", licenses=("MIT",)),
)  # fmt: skip
OWNED = {"usr/bin/bash", "usr/lib/python3.9/site-packages/six-1.15.0-py3.9.egg-info"}

Writer = Callable[[list[bytes], Path], tuple[str, bytes]]


def _sqlite(blobs: list[bytes], folder: Path, wal: bool = False) -> tuple[str, bytes]:
    return "var/lib/rpm/rpmdb.sqlite", rpmdb.sqlite(folder / "rpmdb.sqlite", blobs, wal)


WRITERS: dict[str, Writer] = {
    "sqlite": _sqlite,
    "sqlite in WAL mode": lambda blobs, folder: _sqlite(blobs, folder, wal=True),
    "ndb": lambda blobs, _: ("usr/lib/sysimage/rpm/Packages.db", rpmdb.ndb(blobs)),
    "bdb": lambda blobs, _: ("var/lib/rpm/Packages", rpmdb.bdb(blobs)),
    "bdb, big-endian": lambda blobs, _: ("var/lib/rpm/Packages", rpmdb.bdb(blobs, order=">")),
    "bdb, small pages": lambda blobs, _: ("var/lib/rpm/Packages", rpmdb.bdb(blobs, page_size=512)),
}


def read(path: str, data: bytes) -> tuple[FileFacts, list[Gap]]:
    assert path in database.ANALYZER.wants.paths
    results = list(database.extract(FileView(path, data)))
    facts = [result for result in results if isinstance(result, FileFacts)]
    assert len(facts) == 1
    return facts[0], [result for result in results if isinstance(result, Gap)]


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_gives_the_same_facts(kind: str, tmp_path: Path) -> None:
    facts, gaps = read(*WRITERS[kind]([rpm.header() for rpm in ALL], tmp_path))
    assert facts.packages == EXPECTED
    assert set(facts.owns) == OWNED
    assert gaps == []


def test_two_versions_installed_side_by_side_are_two_packages(tmp_path: Path) -> None:
    kernels = [Rpm("kernel-core", "5.14.0", release, arch="x86_64").header() for release in ("362.el9", "427.el9")]
    facts, _ = read(*_sqlite(kernels, tmp_path))
    assert [package.version for package in facts.packages] == ["5.14.0-362.el9", "5.14.0-427.el9"]


def test_small_headers_stored_in_the_hash_page_itself() -> None:
    blob = Rpm("tiny").header()
    data = bytearray(rpmdb.bdb([]))
    page = rpmdb._hash_page([(b"\1\1\0\0\0", b"\1" + blob)], 1, 0, 0, "<", 4096)
    data[4096:8192] = page
    facts, gaps = read("var/lib/rpm/Packages", bytes(data))
    assert [package.name for package in facts.packages] == ["tiny"]
    assert gaps == []


def test_a_header_with_the_magic_of_a_package_file_is_read_as_well(tmp_path: Path) -> None:
    facts, gaps = read(*_sqlite([b"\x8e\xad\xe8\x01\0\0\0\0" + SSL.header()], tmp_path))
    assert [package.name for package in facts.packages] == ["openssl"]
    assert gaps == []


@pytest.mark.parametrize("kind", WRITERS)
def test_no_package_at_all_is_a_gap(kind: str, tmp_path: Path) -> None:
    facts, gaps = read(*WRITERS[kind]([], tmp_path))
    assert facts.packages == ()
    assert gaps
    assert gaps[0].blocks


def test_one_bad_header_costs_one_package(tmp_path: Path) -> None:
    blobs = [BASH.header(), b"\xff" * 40, Rpm("", "1").header(), SSL.header()[:-30], SSL.header()]
    facts, gaps = read(*_sqlite(blobs, tmp_path))
    assert [package.name for package in facts.packages] == ["bash", "openssl"]
    assert len(gaps) == 3
    assert all(gap.blocks for gap in gaps)


def test_files_that_point_nowhere_do_not_hide_the_package(tmp_path: Path) -> None:
    broken = rpmdb.header([
        (1000, rpmdb.STRING, "x"), (1001, rpmdb.STRING, "1"), (1002, rpmdb.STRING, "1"),
        (1116, rpmdb.INT32, [7]), (1117, rpmdb.STRING_ARRAY, ["x"]), (1118, rpmdb.STRING_ARRAY, ["/usr/bin/"]),
    ])  # fmt: skip
    facts, gaps = read(*_sqlite([broken], tmp_path))
    assert [package.name for package in facts.packages] == ["x"]
    assert "directory 7 of 1" in gaps[0].reason


def test_a_write_ahead_log_with_changes_is_a_gap() -> None:
    log = FileView("var/lib/rpm/rpmdb.sqlite-wal", b"\x37\x7f\x06\x82" + b"\0" * 5000)
    assert [type(result) for result in database.extract(log)] == [Gap]
    assert list(database.extract(FileView(log.path, b""))) == []
