"""Whatever an analyzer does to its process, the scan ends, says so, and is not clean: for every kind of source."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from scantling.analyze import plugin
from scantling.analyze.dispatch import build
from scantling.model.facts import LayerFacts
from scantling.pipeline.read_layers import LayerReading, read_layers
from scantling.pipeline.workers import DeadlineError
from scantling.source.catalog import SourceOptions, open_target
from scantling.store.cache import LayerCache
from support import oci

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="children are threads on macOS")

LAYERS = [oci.tar({"a.bad": "x"}), oci.tar({"b.txt": "y"})]


def analyzer(extract: Callable[[plugin.FileView], Iterable[plugin.Extracted]]) -> plugin.Analyzer:
    return plugin.Analyzer("bad", 1, plugin.Wants(suffixes=(".bad",)), extract)


def leave(_: plugin.FileView) -> Iterable[plugin.Extracted]:
    sys.exit(0)


def vanish(_: plugin.FileView) -> Iterable[plugin.Extracted]:
    os.kill(os.getpid(), signal.SIGKILL)
    return ()


def hang(_: plugin.FileView) -> Iterable[plugin.Extracted]:
    time.sleep(120)
    return ()


def swell(_: plugin.FileView) -> Iterable[plugin.Extracted]:
    bytes(8 * 1024**3)
    return ()


@pytest.fixture(params=["layout", "directory"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "directory":
        (tmp_path / "root").mkdir()
        (tmp_path / "root" / "a.bad").write_text("x")
        return f"dir:{tmp_path / 'root'}"
    return f"oci:{oci.build_layout(tmp_path / 'image', LAYERS)}:latest"


def read(target: str, bad: plugin.Analyzer, seconds: float = 60, cache: LayerCache | None = None) -> list[LayerFacts]:
    image = open_target(target, SourceOptions())
    try:
        return read_layers(image, LayerReading(lambda: build((bad,)), cache, time.monotonic() + seconds))
    finally:
        image.close()


@pytest.mark.parametrize("extract", [leave, vanish])
def test_a_worker_that_ends_is_a_gap(
    target: str, extract: Callable[[plugin.FileView], Iterable[plugin.Extracted]]
) -> None:
    gaps = [gap for facts in read(target, analyzer(extract)) for gap in facts.gaps]
    assert [(gap.what, gap.blocks) for gap in gaps] == [("worker-died", True)]


def test_a_worker_that_hangs_is_killed_at_the_deadline(target: str) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineError):
        read(target, analyzer(hang), seconds=0.5)
    assert time.monotonic() - started < 10


def test_memory_that_ran_out_is_a_gap_and_is_not_remembered(target: str, tmp_path: Path) -> None:
    cache = LayerCache(tmp_path / "cache", "v1")
    gaps = [gap for facts in read(target, analyzer(swell), cache=cache) for gap in facts.gaps]
    assert [(gap.what, gap.where, gap.blocks) for gap in gaps] == [("out-of-memory", "a.bad", True)]
    assert cache.get(oci.sha256(LAYERS[0])) is None


def test_what_was_learned_is_remembered_under_the_diff_id(tmp_path: Path) -> None:
    layout = oci.build_layout(tmp_path / "image", LAYERS)
    cache = LayerCache(tmp_path / "cache", "v1")
    fine = analyzer(lambda view: ())
    first = read(f"oci:{layout}:latest", fine, cache=cache)
    assert all(cache.get(oci.sha256(layer)) for layer in LAYERS)
    assert read(f"oci:{layout}:latest", analyzer(hang), cache=cache) == first  # nothing is read again


def test_the_same_layer_twice_is_read_once(tmp_path: Path) -> None:
    layout = oci.build_layout(tmp_path / "image", [LAYERS[1], LAYERS[1]])
    first, second = read(f"oci:{layout}:latest", analyzer(leave))
    assert first == second


def test_the_cache_stays_within_its_limit(tmp_path: Path) -> None:
    layout = oci.build_layout(tmp_path / "image", LAYERS)
    cache = LayerCache(tmp_path / "cache", "v1", max_bytes=0)
    assert len(read(f"oci:{layout}:latest", analyzer(lambda view: ()), cache=cache)) == 2
    assert [path for path in cache.directory.rglob("*") if path.is_file()] == []
