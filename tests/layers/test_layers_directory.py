"""An unpacked root file system: the same entries as its archive, and never a step outside."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from scantling.layers.directory import walk
from scantling.layers.entry import Entry
from scantling.model.coverage import Gap
from scantling.model.errors import Unscannable


def entries(root: Path) -> dict[str, Entry]:
    return {item.path: item for item in walk(root) if not isinstance(item, Gap)}


def test_everything_is_listed_parents_first_in_byte_order(tmp_path: Path) -> None:
    (tmp_path / "b/c").mkdir(parents=True)
    (tmp_path / "b/c/f").write_bytes(b"x" * 10)
    (tmp_path / "a").write_bytes(b"")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")).write_bytes(b"")
    assert list(entries(tmp_path)) == ["a", "b", "caf\uf7e9", "b/c", "b/c/f"]


def test_links_and_special_files_are_neither_followed_nor_opened(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "secret").write_text("host")
    (root / "dir").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    os.mkfifo(root / "fifo")
    found = entries(root)
    assert {path: entry.kind.value for path, entry in found.items()} == {
        "dir": "symlink", "fifo": "fifo", "file": "symlink",
    }  # fmt: skip
    assert found["file"].link == str(outside / "secret")
    assert not any(entry.read() or entry.head(9) for entry in found.values())


def test_a_file_swapped_for_a_link_or_a_fifo_under_the_walk_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("host")
    for number, swap in enumerate((lambda p: p.symlink_to(tmp_path / "secret"), os.mkfifo)):
        root = tmp_path / f"root{number}"
        root.mkdir()
        (root / "f").write_text("mine")
        stream = walk(root)
        entry = next(stream)
        assert isinstance(entry, Entry)
        (root / "f").unlink()
        swap(root / "f")
        assert entry.head(4) == b""
        assert [gap.what for gap in stream if isinstance(gap, Gap)] == ["unreadable-file"]


def test_bytes_are_read_while_the_walk_stands_there(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    for entry in walk(tmp_path):
        assert isinstance(entry, Entry)
        assert (entry.head(4), entry.read()) == (b"0123", b"0123456789")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_is_said(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir(mode=0)
    assert [item.what for item in walk(tmp_path) if isinstance(item, Gap)] == ["unreadable-file"]


def test_a_socket_is_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as held:
        held.bind("s")
        assert entries(tmp_path)["s"].kind.value == "other"


def test_no_directory_no_walk(tmp_path: Path) -> None:
    with pytest.raises(Unscannable):
        list(walk(tmp_path / "missing"))
