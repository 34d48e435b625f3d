"""Hostile archives: each is either refused (``DamagedLayer``) or said in a ``Gap``, and none is read past silently."""

from __future__ import annotations

import random

import pytest

from scantling.guard import limits
from scantling.layers import tar as tar_module
from scantling.layers.entry import Kind
from scantling.layers.reader import BytesReader
from scantling.layers.tar import walk
from scantling.model.coverage import Gap
from scantling.model.errors import DamagedLayer, Malformed
from support.tars import BLOCK, Member, header, member_bytes, number, padded, pax_record, tar

END = bytes(2 * BLOCK)


def read(archive: bytes) -> tuple[list[tuple[str, str, int]], list[str]]:
    entries, gaps = [], []
    for item in walk(BytesReader(archive)):
        if isinstance(item, Gap):
            gaps.append(item.what)
        else:
            entries.append((item.path, item.kind.value, item.size))
    return entries, gaps


def pax(body: bytes) -> bytes:
    return header(b"x", size=len(body), type_flag=b"x") + padded(body)


GOOD = member_bytes(Member("a", b"one"))

REFUSED = {
    "bad checksum mid-archive": GOOD + member_bytes(Member("b", checksum_field=b"0001234\0")) + END,
    "short header": GOOD + header(b"b")[:300],
    "body past the end": GOOD + header(b"b", size=10_000) + bytes(700),
    "padding cut": header(b"b", size=10) + bytes(10),
    "lone zero block between entries": GOOD + bytes(BLOCK) + GOOD + END,
    "negative base-256 size": header(b"b", size_field=number(-1, 12)) + END,
    "huge base-256 size": header(b"b", size_field=b"\x80" + b"\xff" * 11) + END,
    "size not octal": header(b"b", size_field=b"12345678\0") + END,
    "size with a sign": header(b"b", size_field=b"-1\0") + END,
    "largest octal size": header(b"b", size_field=b"777777777777") + END,
    "record length too long": pax(b"99 path=x\n") + GOOD + END,
    "record length too short": pax(b"5 path=x\n") + GOOD + END,
    "record length zero": pax(b"0 path=x\n") + GOOD + END,
    "record length of many digits": pax(b"1" * 400 + b" path=x\n") + GOOD + END,
    "record without newline": pax(b"10 path=xy") + GOOD + END,
    "record without key": pax(b"6 =xy\n") + GOOD + END,
    "NUL in a PAX path": pax(pax_record(b"path", b"a\0b")) + GOOD + END,
    "negative PAX size": pax(pax_record(b"size", b"-5")) + GOOD + END,
    "PAX size of 5,000 digits": pax(pax_record(b"size", b"9" * 5_000)) + GOOD + END,
    "extended header of 3 GB": header(b"x", size=3 << 30, type_flag=b"x") + END,
    "two extended headers": pax(pax_record(b"path", b"y")) * 2 + GOOD + END,
    "chain of long names": (header(b"L", size=4, type_flag=b"L") + padded(b"abc\0")) * 50 + GOOD + END,
    "extended header before the end": GOOD + pax(pax_record(b"path", b"y")) + END,
    "extended header before nothing": GOOD + pax(pax_record(b"path", b"y")),
    "sparse map that lies": tar([Member("s", b"abc", pax={"GNU.sparse.map": "0,9", "GNU.sparse.size": "9"})]),
    "sparse map that overlaps": tar([Member("s", b"abcd", pax={"GNU.sparse.map": "4,2,0,2", "GNU.sparse.size": "9"})]),
    "sparse map of odd length": tar([Member("s", b"abc", pax={"GNU.sparse.map": "0,3,1", "GNU.sparse.size": "9"})]),
    "sparse map past the end": tar([Member("s", b"abc", pax={"GNU.sparse.map": "90,3", "GNU.sparse.size": "9"})]),
    "sparse 1.0 without its map": tar(
        [Member("s", b"abc", pax={"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"})]
    ),
    "not an archive": b"<html>log in</html>" * 100,
}  # fmt: skip


@pytest.mark.parametrize("archive", REFUSED.values(), ids=REFUSED)
def test_refused(archive: bytes) -> None:
    with pytest.raises(DamagedLayer):
        read(archive)


SAID = {
    "no end blocks": (GOOD, [("a", "file", 3)], ["tar-end"]),
    "one end block": (GOOD + bytes(BLOCK), [("a", "file", 3)], ["tar-end"]),
    "nothing at all": (b"", [], ["tar-end"]),
    "entries after the end": (GOOD + END + GOOD + END, [("a", "file", 3)], ["tar-end"]),
    "PAX size against header size": (
        tar([Member("a", b"x" * 600, pax={"size": "600"}, size_field=number(0, 12))]),
        [("a", "file", 600)], ["ambiguous-tar"],
    ),
    "a link with a body": (
        tar([Member("l", kind="symlink", link="a", size_field=number(512, 12)), Member("a")]),
        [("l", "symlink", 0), ("a", "file", 0)], ["ambiguous-tar"],
    ),
    "a global header that renames": (
        header(b"g", size=len(pax_record(b"path", b"z")), type_flag=b"g") + padded(pax_record(b"path", b"z"))
        + GOOD + END,
        [("a", "file", 3)], ["ambiguous-tar"],
    ),
    "GNU and PAX names differ": (
        pax(pax_record(b"path", b"p")) + header(b"L", size=2, type_flag=b"L") + padded(b"g\0") + GOOD + END,
        [("g", "file", 3)], ["ambiguous-tar"],
    ),
    "file in the root's place": (tar([Member("../.", b"x")]), [], ["dropped-entry"]),
    "path too long": (tar([Member("a/" * 2100 + "b")]), [], ["dropped-entry"]),
    "name too long": (tar([Member("n" * 256)]), [], ["dropped-entry"]),
    "hard link to the root": (tar([Member("h", kind="hardlink", link="/")]), [], ["dropped-entry"]),
}  # fmt: skip


@pytest.mark.parametrize(("archive", "entries", "gaps"), SAID.values(), ids=SAID)
def test_said(archive: bytes, entries: list[tuple[str, str, int]], gaps: list[str]) -> None:
    assert read(archive) == (entries, gaps)
    assert all(item.blocks for item in walk(BytesReader(archive)) if isinstance(item, Gap))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/etc/x", "etc/x"), ("../x", "x"), ("a/../../x", "x"), ("./etc//p", "etc/p"), ("a/./b/", "a/b"),
        ("../../../../etc/passwd", "etc/passwd"), (b"caf\xe9", "caf\uf7e9"), ("new\nline", "new\nline"),
    ],
)  # fmt: skip
def test_names_stay_inside(name: str | bytes, path: str) -> None:
    assert [entry[0] for entry in read(tar([Member(name, b"x")]))[0]] == [path]


def test_twins_of_normalisation_and_case_stay_apart() -> None:
    names = ["caf\u00e9", "cafe\u0301", b"caf\xe9", "README", "readme"]
    assert len({path for path, _, _ in read(tar([Member(name) for name in names]))[0]}) == len(names)


def test_special_files_are_listed_and_have_no_bytes() -> None:
    kinds = ["char", "block", "fifo", "symlink", "hardlink", "dir"]
    found = [e for e in walk(BytesReader(tar([Member(k, kind=k, link="t") for k in kinds]))) if not isinstance(e, Gap)]
    assert [entry.kind.value for entry in found] == kinds
    assert not any(entry.head(4) or entry.read() for entry in found)


def test_an_unknown_type_is_listed_and_passed_over() -> None:
    assert read(tar([Member("?", b"x" * 700, type_flag=b"Z"), Member("a")]))[0] == [
        ("?", "other", 700), ("a", "file", 0),
    ]  # fmt: skip


def test_odd_times_and_capabilities_are_kept() -> None:
    members = [
        Member("old", mtime=-1),
        Member("far", mtime=2**63),
        Member("pax", pax={"mtime": "-1.5", "SCHILY.xattr.security.capability": b"\x01\0\0\x02" * 4}),
        Member("large", pax={"SCHILY.xattr.security.capability": b"\xff" * 65536}),
    ]
    found = {e.path: e for e in walk(BytesReader(tar(members))) if not isinstance(e, Gap)}
    assert [found[name].mtime for name in ("old", "far", "pax")] == [-1, 2**63, -1]
    assert found["pax"].capabilities == b"\x01\0\0\x02" * 4
    assert len(found["large"].capabilities) == 65536


def test_a_sparse_file_of_eight_terabytes_is_counted_not_allocated() -> None:
    size = 8 << 40
    for member in (
        Member("s", b"abc", pax={"GNU.sparse.map": f"{size - 3},3", "GNU.sparse.size": str(size)}),
        Member(
            "s", b"abc", kind="file", type_flag=b"S", magic=b"ustar  \0",
            tail=bytes(41) + number(size - 3, 12) + number(3, 12) + bytes(72) + b"\0" + number(size, 12),
        ),
    ):  # fmt: skip
        (entry,) = [
            e
            for e in walk(
                BytesReader(
                    tar(
                        [
                            member,
                        ]
                    )
                )
            )
            if not isinstance(e, Gap)
        ][:1]
        assert entry.size == size
    for entry in walk(BytesReader(tar([member]))):
        assert not isinstance(entry, Gap)
        assert entry.head(8) == bytes(8)
        with pytest.raises(Malformed):
            entry.read()


def test_small_sparse_files_read_with_their_holes() -> None:
    map_10 = b"2\n2\n3\n8\n1\n".ljust(512, b"\0")
    numbers = {"GNU.sparse.realsize": "10", "GNU.sparse.name": "s"}
    for member in (
        Member("x", b"abcd", pax={"GNU.sparse.map": "2,3,8,1", "GNU.sparse.size": "10", "GNU.sparse.name": "s"}),
        Member("x", map_10 + b"abcd", pax={"GNU.sparse.major": "1", "GNU.sparse.minor": "0", **numbers}),
    ):
        entry = next(walk(BytesReader(tar([member, Member("next")]))))
        assert not isinstance(entry, Gap)
        assert (entry.path, entry.size) == ("s", 10)
        assert entry.head(4) == b"\0\0ab"
        assert entry.read() == b"\0\0abc\0\0\0d\0"


def test_too_many_entries_stop_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_module, "TAR_ENTRIES", 10)
    entries, gaps = read(tar([Member(str(i)) for i in range(30)]))
    assert (len(entries), gaps) == (10, ["limit-reached"])


def test_cut_anywhere_is_never_a_clean_end() -> None:
    whole = tar([Member("a", b"x" * 700), Member("d", kind="dir"), Member("n" * 150, b"y"), Member("z", b"z" * 512)])
    for length in range(0, len(whole) - BLOCK, 7):
        try:
            _, gaps = read(whole[:length])
        except DamagedLayer:
            continue
        assert gaps, length


def test_noise_is_refused_and_never_crashes() -> None:
    dice = random.Random(7)
    whole = tar([Member("a", b"x" * 700, pax={"path": "b", "size": "700"}), Member("n" * 150, b"y")])
    for _ in range(1500):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            read(bytes(broken))
        except DamagedLayer:
            pass


def test_the_kind_of_bodies_is_read_only_while_the_walk_stands_there() -> None:
    stream = walk(BytesReader(tar([Member("a", b"one"), Member("b", b"two")])))
    first = next(stream)
    assert not isinstance(first, Gap)
    assert first.kind is Kind.FILE
    next(stream)
    with pytest.raises(ValueError, match="gone on"):
        first.read()
    assert limits.TAR_RECORD_BYTES == 1 << 20
