"""Files are whole or absent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from scantling.store.atomic import partial_path, remove_stale, replace_file


class Stopped(Exception):
    pass


@pytest.mark.parametrize("step", ["created", "written", "synced", "renamed", "directory-synced"])
def test_old_or_new_at_every_step(step: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def stop(reached: str) -> None:
        if reached == step:
            raise Stopped

    with pytest.raises(Stopped):
        replace_file(path, b"new", crash_point=stop)
    assert path.read_bytes() == (b"new" if "rename" in step or "directory" in step else b"old")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def write(out: BinaryIO) -> None:
        out.write(b"half")
        raise Stopped

    with pytest.raises(Stopped):
        replace_file(tmp_path / "file", write)
    assert list(tmp_path.iterdir()) == []


def test_stale_partial_files_are_removed_and_nothing_else(tmp_path: Path) -> None:
    old, fresh, other = partial_path(tmp_path / "a"), partial_path(tmp_path / "b"), tmp_path / ".hidden"
    for path in (old, fresh, other):
        path.write_bytes(b"")
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    assert remove_stale(tmp_path, older_than=100) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([fresh.name, other.name])
