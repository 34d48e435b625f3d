"""One walk over a layer: who was handed what, and what a failing analyzer costs."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from scantling.analyze import runner
from scantling.analyze.dispatch import build, parse_skip
from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.layers import tar
from scantling.layers.reader import BytesReader
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, LayerFacts, PackageFact
from support.tars import Member
from support.tars import tar as archive

WANTED = Wants(suffixes=(".pkg",))


def one_package(view: FileView) -> Iterable[Extracted]:
    yield FileFacts(view.path, "pkg", (PackageFact("generic", view.path, view.data.decode()),))


def inspect(members: list[Member], *analyzers: Analyzer, skip_files: tuple[str, ...] = ()) -> LayerFacts:
    data = archive(members)
    dispatcher = build(analyzers)
    found = runner.inspect(tar.walk(BytesReader(data)), dispatcher, parse_skip((), skip_files))
    if found.owed:
        runner.again(tar.walk(BytesReader(data)), dispatcher, found)
    return found.facts("sha256:x", len(data))


def packages(facts: LayerFacts) -> list[tuple[str, str]]:
    return [(p.name, p.version) for f in facts.files for p in f.packages]


PKG = Analyzer("pkg", 1, WANTED, one_package)


def test_wanted_files_are_read_whole_and_sorted() -> None:
    facts = inspect([Member("z.pkg", b"2"), Member("a.txt", b"no"), Member("a.pkg", b"1")], PKG)
    assert packages(facts) == [("a.pkg", "1"), ("z.pkg", "2")]
    assert facts.entries == 3
    assert facts.gaps == ()


def test_magic_is_asked_of_the_content() -> None:
    elf = Analyzer("elf", 1, Wants(magic=(b"\x7fELF",)), lambda v: [FileFacts(v.path, "elf")])
    binary = b"\x7fELF" + bytes(4000)
    facts = inspect([Member("bin/a", binary), Member("bin/b", b"#!/b" + bytes(4000)), Member("c.pkg", b"1")], elf, PKG)
    assert [(f.path, f.analyzer) for f in facts.files] == [("bin/a", "elf"), ("c.pkg", "pkg")]


def crash(view: FileView) -> Iterable[Extracted]:
    yield FileFacts(view.path, "bad", (PackageFact("generic", "before", "1"),))
    raise ZeroDivisionError("boom")


def malformed(view: FileView) -> Iterable[Extracted]:
    raise Malformed("stanza 12 has no Version")


@pytest.mark.parametrize(
    ("extract", "what", "said"), [(crash, "parser-failure", "boom"), (malformed, "unreadable-file", "stanza 12")]
)
def test_a_failing_analyzer_costs_one_visible_gap(extract: object, what: str, said: str) -> None:
    bad = Analyzer("bad", 1, WANTED, extract)  # type: ignore[arg-type]
    facts = inspect([Member("a.pkg", b"1"), Member("b.pkg", b"2")], bad, PKG)
    assert [name for name, _ in packages(facts) if name.endswith(".pkg")] == ["a.pkg", "b.pkg"]
    assert [(gap.what, gap.where, gap.blocks) for gap in facts.gaps] == [(what, "a.pkg", True), (what, "b.pkg", True)]
    assert all(said in gap.reason for gap in facts.gaps)


def test_a_file_over_the_limit_is_a_gap() -> None:
    small = Analyzer("small", 1, WANTED, one_package, max_bytes=3)
    facts = inspect([Member("a.pkg", b"1234"), Member("b.pkg", b"123")], small)
    assert packages(facts) == [("b.pkg", "123")]
    assert [(gap.what, gap.where) for gap in facts.gaps] == [("limit-reached", "a.pkg")]


def test_a_hard_link_gives_content_another_name_and_that_name_counts() -> None:
    """uv, pnpm and ostree keep the bytes under a name nobody asks for and link them into place."""
    members = [
        Member("store/00ab", b"1.2"),
        Member("app/a.pkg", kind="hardlink", link="store/00ab"),
        Member("app/b.pkg", kind="hardlink", link="store/00ab"),
        Member("plain.pkg", b"3"),
    ]
    facts = inspect(members, PKG)
    assert packages(facts) == [("app/a.pkg", "1.2"), ("app/b.pkg", "1.2"), ("plain.pkg", "3")]
    assert facts.gaps == ()


def test_a_hard_link_to_nothing_is_a_gap() -> None:
    facts = inspect([Member("a.pkg", kind="hardlink", link="gone"), Member("b.txt", b"x")], PKG)
    assert packages(facts) == []
    assert [(gap.what, gap.where) for gap in facts.gaps] == [("unreadable-file", "a.pkg")]


def test_what_the_user_skips_is_not_read() -> None:
    facts = inspect([Member("a.pkg", b"1"), Member("b.pkg", b"2")], PKG, skip_files=("a.pkg",))
    assert packages(facts) == [("b.pkg", "2")]


def test_whole_archive_gaps_name_their_layer() -> None:
    data = archive([Member("a.pkg", b"1")], end_blocks=0)
    found = runner.inspect(tar.walk(BytesReader(data)), build((PKG,)))
    assert {gap.where for gap in found.facts("sha256:x", 1).gaps} == {"sha256:x"}


def test_analyzers_have_names_of_their_own() -> None:
    from scantling.analyze.catalog import ANALYZERS

    assert len({a.id for a in ANALYZERS}) == len(ANALYZERS)
