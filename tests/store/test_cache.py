from __future__ import annotations

from pathlib import Path

import pytest

from scantling.store.cache import LayerCache

KEY = "sha256:" + "a" * 64


def test_what_was_put_is_got(tmp_path: Path) -> None:
    cache = LayerCache(tmp_path, "v1")
    cache.put(KEY, b"facts")
    assert cache.get(KEY) == b"facts"


def test_another_key_or_another_code_version_is_a_miss(tmp_path: Path) -> None:
    LayerCache(tmp_path, "v1").put(KEY, b"facts")
    assert LayerCache(tmp_path, "v1").get("sha256:" + "b" * 64) is None
    assert LayerCache(tmp_path, "v2").get(KEY) is None


def test_any_flipped_bit_is_a_miss(tmp_path: Path) -> None:
    cache = LayerCache(tmp_path, "v1")
    cache.put(KEY, b"some facts of a layer")
    (path,) = (p for p in tmp_path.rglob("*") if p.is_file())
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        assert cache.get(KEY) is None, position
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.get(KEY) is None, length


def test_an_entry_moved_to_another_key_is_a_miss(tmp_path: Path) -> None:
    cache = LayerCache(tmp_path, "v1")
    other = "sha256:" + "c" * 64
    cache.put(KEY, b"facts")
    cache.put(other, b"other facts")
    first, second = (cache._path(k) for k in (KEY, other))
    second.write_bytes(first.read_bytes())
    assert cache.get(other) is None


def test_a_directory_that_cannot_be_written_costs_only_speed(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    cache = LayerCache(blocked, "v1")
    cache.put(KEY, b"facts")
    assert cache.get(KEY) is None


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_pruning_keeps_the_newest_within_the_limit(tmp_path: Path, kept: int) -> None:
    import os

    entry = 24 + 100  # magic and digest, then the body
    cache = LayerCache(tmp_path, "v1", max_bytes=kept * entry)
    keys = [f"sha256:{n}" * 4 for n in range(3)]
    for age, key in enumerate(keys):
        cache.put(key, bytes(100))
        os.utime(cache._path(key), (1000 + age, 1000 + age))
    cache.prune()
    assert [cache.get(key) is not None for key in keys] == [n >= 3 - kept for n in range(3)]
