"""Inspectors see every entry, are handed the bytes they ask for, and harm nobody when they fail."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import pytest

from scantling.analyze import runner
from scantling.analyze.dispatch import build, parse_skip
from scantling.analyze.inspector import Inspecting, Inspector
from scantling.analyze.plugin import Analyzer, FileView, Wants
from scantling.guard import limits
from scantling.layers import tar
from scantling.layers.entry import Entry, Kind
from scantling.layers.reader import BytesReader
from scantling.model.coverage import Gap
from scantling.model.evidence import LayerEvidence
from support.tars import Member
from support.tars import tar as tar_bytes


@dataclass
class Seen:
    entries: list[str] = field(default_factory=list)
    bodies: dict[str, list[tuple[int, int, bool]]] = field(default_factory=dict)


@dataclass
class Watch:
    crash_at: str = ""
    seen: Seen = field(default_factory=Seen)

    def wants(self, entry: Entry, head: bytes) -> bool:
        self.seen.entries.append(f"{entry.kind.value} {entry.path} {head[:4].decode()}".strip())
        return entry.kind is Kind.FILE

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:
        if entry.path == self.crash_at:
            raise IndexError("no such place")
        self.seen.bodies.setdefault(entry.path, []).append((offset, len(data), last))

    def finish(self) -> tuple[Seen, tuple[Gap, ...]]:
        return self.seen, (Gap("limit-reached", "", "too much"),)


def watcher(crash_at: str = "") -> Inspector:
    def begin() -> Inspecting:
        return Watch(crash_at)

    return Inspector("watch", "secret", "1", begin, Seen)


def evidence(members: list[Member], inspector: Inspector, *analyzers: Analyzer, skip: str = "") -> LayerEvidence:
    entries = tar.walk(BytesReader(tar_bytes(members)))
    chosen = parse_skip((), (skip,) if skip else ())
    found = runner.inspect(entries, build(analyzers), chosen, inspectors=(inspector,))
    (only,) = found.facts("sha256:1", 1).evidence
    return only


def seen(one: LayerEvidence) -> Seen:
    return msgspec.msgpack.decode(one.facts, type=Seen)


MEMBERS = [
    Member("d", kind="dir"),
    Member("d/a", b"some text"),
    Member("d/l", kind="symlink", link="a"),
    Member("d/h", kind="hardlink", link="d/a"),
    Member("d/.wh.gone", b""),
]


def test_every_entry_is_shown_and_files_are_handed_over_whole() -> None:
    found = seen(evidence(MEMBERS, watcher()))
    assert found.entries == ["dir d", "file d/a some", "symlink d/l", "hardlink d/h", "file d/.wh.gone"]
    assert found.bodies == {"d/a": [(0, 9, True)]}


def test_a_large_file_comes_in_pieces() -> None:
    size = 2 * limits.INSPECTED_PIECE + 5
    found = seen(evidence([Member("big", b"x" * size), Member("z", b"1")], watcher()))
    piece = limits.INSPECTED_PIECE
    assert found.bodies == {
        "big": [(0, piece, False), (piece, piece, False), (2 * piece, 5, True)],
        "z": [(0, 1, True)],
    }


def test_bytes_that_an_analyzer_reads_too_are_read_once() -> None:
    def nothing(view: FileView) -> tuple[()]:
        assert view.data == b"some text"
        return ()

    pkg = Analyzer("pkg", 1, Wants(names=frozenset({"a"})), nothing)
    assert seen(evidence(MEMBERS, watcher(), pkg)).bodies == {"d/a": [(0, 9, True)]}


def test_what_the_user_skips_is_not_shown() -> None:
    assert "file d/a some" not in seen(evidence(MEMBERS, watcher(), skip="d/a")).entries


def test_a_crash_costs_one_file_and_is_a_gap() -> None:
    one = evidence([Member("a", b"1"), Member("b", b"2")], watcher(crash_at="a"))
    assert seen(one).bodies == {"b": [(0, 1, True)]}
    assert [(gap.what, gap.where) for gap in one.gaps] == [("limit-reached", "sha256:1"), ("parser-failure", "a")]


def test_a_crash_at_the_end_is_a_gap_of_the_layer() -> None:
    class Broken(Watch):
        def finish(self) -> tuple[Seen, tuple[Gap, ...]]:
            raise RuntimeError("lost")

    one = evidence([Member("a", b"1")], Inspector("watch", "secret", "1", Broken, Seen))
    assert one.facts == b""
    assert [(gap.what, gap.where) for gap in one.gaps] == [("parser-failure", "sha256:1")]


def test_gaps_are_counted_not_piled_up() -> None:
    class Broken(Watch):
        def wants(self, entry: Entry, head: bytes) -> bool:
            raise RuntimeError("lost")

    many = [Member(f"f{n}", b"1") for n in range(3 * limits.GAPS_PER_INSPECTOR)]
    one = evidence(many, Inspector("watch", "secret", "1", Broken, Seen))
    assert len(one.gaps) == limits.GAPS_PER_INSPECTOR + 2


@pytest.mark.parametrize("size", [1, 3, 100])
def test_pieces_of_an_entry_are_its_body(size: int) -> None:
    body = bytes(range(100))
    for entry in tar.walk(BytesReader(tar_bytes([Member("a", body), Member("b", b"after")]))):
        assert isinstance(entry, Entry)
        if entry.path == "a":
            assert b"".join(entry.pieces(size)) == body
        else:
            assert entry.read() == b"after"
