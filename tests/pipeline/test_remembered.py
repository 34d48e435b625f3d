"""Each part of a layer's facts is remembered on its own: a new inspector reads again for itself alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scantling.analyze.dispatch import build
from scantling.analyze.inspector import Inspecting, Inspector
from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.layers.entry import Entry
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, LayerFacts, PackageFact
from scantling.pipeline.read_layers import LayerReading, read_layers
from scantling.source.catalog import open_target
from scantling.source.options import SourceOptions
from scantling.store.cache import LayerCache
from support import oci
from support.tars import Member, tar

LAYERS = [tar([Member("a.pkg", b"one")]), tar([Member("b.pkg", b"two")])]


@dataclass
class Names:
    names: list[str] = field(default_factory=list)


class Listing:
    def __init__(self, failure: str = "") -> None:
        self.found = Names()
        self.failure = failure

    def wants(self, entry: Entry, head: bytes) -> bool:
        if self.failure:
            raise MemoryError
        self.found.names.append(entry.path)
        return False

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None: ...

    def finish(self) -> tuple[Names, tuple[Gap, ...]]:
        return self.found, ()


def listing(id_: str = "names", version: str = "1", failure: str = "") -> Inspector:
    def begin() -> Inspecting:
        return Listing(failure)

    return Inspector(id_, "secret", version, begin, Names)


def one_package(view: FileView) -> tuple[Extracted, ...]:
    return (FileFacts(view.path, "pkg", (PackageFact("npm", view.data.decode(), "1"),)),)


def refused(view: FileView) -> tuple[Extracted, ...]:
    raise AssertionError("read again")


def read(target: str, cache: LayerCache, *inspectors: Inspector, fresh: bool = True) -> list[LayerFacts]:
    analyzer = Analyzer("pkg", 1, Wants(suffixes=(".pkg",)), one_package if fresh else refused)
    image = open_target(target, SourceOptions())
    try:
        deadline = time.monotonic() + 60
        return read_layers(image, LayerReading(lambda: build((analyzer,)), cache, deadline, inspectors=inspectors))
    finally:
        image.close()


@pytest.fixture
def target(tmp_path: Path) -> str:
    return f"oci:{oci.build_layout(tmp_path / 'image', LAYERS)}:latest"


def packages(facts: LayerFacts) -> list[str]:
    return [package.name for file in facts.files for package in file.packages]


def test_a_new_inspector_reads_for_itself_alone(target: str, tmp_path: Path) -> None:
    cache = LayerCache(tmp_path / "cache", "v1")
    assert [packages(facts) for facts in read(target, cache)] == [["one"], ["two"]]
    later = read(target, cache, listing(), fresh=False)  # an analyzer that ran would leave a gap
    assert [(packages(facts), facts.gaps) for facts in later] == [(["one"], ()), (["two"], ())]
    assert [evidence.inspector for facts in later for evidence in facts.evidence] == ["names", "names"]
    assert read(target, cache, listing(failure="memory"), fresh=False) == later  # nothing is read again


def test_a_new_version_of_an_inspector_reads_again(target: str, tmp_path: Path) -> None:
    cache = LayerCache(tmp_path / "cache", "v1")
    first = read(target, cache, listing())
    again = read(target, cache, listing(version="2", failure="memory"), fresh=False)
    assert [[gap.what for e in facts.evidence for gap in e.gaps] for facts in again] == [["out-of-memory"]] * 2
    assert read(target, cache, listing(), fresh=False) == first


def test_what_memory_ran_out_for_is_not_remembered(target: str, tmp_path: Path) -> None:
    cache = LayerCache(tmp_path / "cache", "v1")
    read(target, cache, listing(failure="memory"))
    again = read(target, cache, listing(), fresh=False)
    assert [len(facts.evidence[0].gaps) for facts in again] == [0, 0]


def test_evidence_is_the_same_from_the_cache_and_from_the_bytes(target: str, tmp_path: Path) -> None:
    both = listing("a"), listing("b")
    fresh = read(target, LayerCache(tmp_path / "one", "v1"), *both)
    cache = LayerCache(tmp_path / "two", "v1")
    read(target, cache, listing("b"))
    assert read(target, cache, *both) == fresh
