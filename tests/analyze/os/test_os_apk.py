"""apk's database of installed packages. Expected values: counted by hand from apk-v2's description of the format."""

from __future__ import annotations

import pytest

from scantling.analyze.os import apk
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, PackageFact

MUSL = """C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:musl
V:1.2.5-r0
A:x86_64
S:407278
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Timo Teräs <timo.teras@iki.fi>
t:1711406995
c:4fe5ac8e8fb2bdd1a4dc8a8b3f1b5ed0e1c1f6de
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1c9Fm4H3b4Xk2h4s3wJv4ZrXgPpM=

"""
SSL = """C:Q1abc=
P:ssl_client
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only AND MIT
o:busybox
D:so:libc.musl-x86_64.so.1 so:libssl.so.3>=3 !uclibc-utils /bin/sh
i:libcrypto
F:usr
F:usr/bin
R:ssl_client
F:usr/share/doc
R:readme
F:
R:.hidden

"""


def read(text: str) -> tuple[tuple[PackageFact, ...], tuple[str, ...], list[Gap]]:
    results = list(apk.extract(FileView("lib/apk/db/installed", text.encode())))
    facts = [result for result in results if isinstance(result, FileFacts)]
    assert len(facts) == 1
    return facts[0].packages, facts[0].owns, [result for result in results if isinstance(result, Gap)]


def test_two_records() -> None:
    packages, owns, gaps = read(MUSL + SSL)
    assert gaps == []
    assert packages == (
        PackageFact(
            "apk", "musl", "1.2.5-r0", "x86_64", "musl", "1.2.5-r0", ("MIT",), origin="Timo Teräs <timo.teras@iki.fi>"
        ),
        PackageFact(
            "apk", "ssl_client", "1.36.1-r29", "x86_64", "busybox", "1.36.1-r29", ("GPL-2.0-only AND MIT",),
            depends=("musl", "so:libssl.so.3", "/bin/sh"),
        ),
    )  # fmt: skip
    assert owns == ("lib/ld-musl-x86_64.so.1", "usr/bin/ssl_client")


def test_both_places_are_wanted() -> None:
    assert apk.ANALYZER.wants.paths == {"lib/apk/db/installed", "usr/lib/apk/db/installed"}


def test_without_origin_a_package_is_its_own_source() -> None:
    packages, _, gaps = read("P:.build-deps\nV:20240101.120000\n\n")
    assert (packages[0].source_name, packages[0].name, gaps) == (".build-deps", ".build-deps", [])


@pytest.mark.parametrize("cut", range(8, len(SSL) - 2, 13))
def test_a_cut_file_is_told_wherever_it_ends(cut: int) -> None:
    packages, _, gaps = read(MUSL + SSL[:cut])
    assert packages[0].name == "musl"
    assert gaps
    assert all(gap.blocks for gap in gaps)


def test_a_lost_blank_line_hides_no_package() -> None:
    packages, _, gaps = read(MUSL.rstrip("\n") + "\n" + SSL)
    assert [package.name for package in packages] == ["musl", "ssl_client"]
    assert gaps


@pytest.mark.parametrize("record", ["P:x\n\n", "V:1\n\n", "P:x\nV:\n\n", "P:a b\nV:1\n\n", "L:MIT\n\n", "hello\n\n"])
def test_a_record_without_name_or_version_is_told_and_the_others_kept(record: str) -> None:
    packages, _, gaps = read(MUSL + record + SSL)
    assert [package.name for package in packages] == ["musl", "ssl_client"]
    assert gaps[0].blocks


def test_crlf() -> None:
    assert read((MUSL + SSL).replace("\n", "\r\n")) == read(MUSL + SSL)


def test_nothing_installed() -> None:
    assert read("") == ((), (), [])
