"""The walker against GNU tar: what it writes in each of its formats, and what it lists."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.layers.directory import walk as walk_directory
from scantling.layers.entry import Entry, Kind
from scantling.layers.reader import BytesReader
from scantling.layers.tar import walk
from scantling.model.coverage import Gap

pytestmark = [
    pytest.mark.debian,
    pytest.mark.skipif(
        not shutil.which("tar")
        or b"GNU" not in subprocess.run(["tar", "--version"], capture_output=True, check=False).stdout,
        reason="GNU tar is not installed",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("root")
    (top / "usr/share/doc").mkdir(parents=True)
    (top / "usr/share/doc/plain").write_bytes(os.urandom(3_000_000))
    (top / "usr/share/doc/empty").write_bytes(b"")
    (top / "link").symlink_to("usr/share")
    deep = top / ("d" * 90) / ("e" * 90) / ("f" * 90)
    deep.mkdir(parents=True)
    (deep / "leaf").write_bytes(b"leaf")
    (top / "long-link").symlink_to("x" * 180)
    with (top / "sparse").open("wb") as file:
        for index in range(40):
            file.seek(index * 100_000)
            file.write(b"part%d" % index)
        file.truncate(5_000_000)
    os.chmod(top / "usr/share/doc/empty", 0o4755)
    return top


def described(items: object) -> dict[str, tuple[object, ...]]:
    found = {}
    for entry in items:  # type: ignore[attr-defined]
        assert isinstance(entry, Entry), entry
        body = entry.read() if entry.kind is Kind.FILE else b""
        found[entry.path] = (entry.kind, entry.mode, entry.uid, entry.gid, entry.size, entry.mtime, entry.link, body)
    return found


@pytest.mark.parametrize(
    "options",
    [
        ["--format=gnu"], ["--format=gnu", "--sparse"], ["--format=posix"], ["--format=oldgnu"],
        *(["--format=posix", "--sparse", f"--sparse-version={v}"] for v in ("0.0", "0.1", "1.0")),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_gnu_tar_writes_is_what_the_directory_holds(root: Path, options: list[str]) -> None:
    done = subprocess.run(["tar", *options, "-C", str(root), "-cf", "-", "."], capture_output=True, check=True)
    assert described(walk(BytesReader(done.stdout))) == described(walk_directory(root))


def test_the_listing_of_a_real_tree(tmp_path: Path) -> None:
    archive = tmp_path / "a.tar"
    subprocess.run(
        ["tar", "-C", "/usr/share", "-cf", str(archive), "doc", "zoneinfo"], check=False, capture_output=True
    )
    listed = subprocess.run(
        ["tar", "-tf", str(archive), "--quoting-style=literal", "--null"], capture_output=True, check=True
    ).stdout.decode(errors="surrogateescape")
    items = list(walk(BytesReader(archive.read_bytes())))
    assert not any(isinstance(item, Gap) for item in items)
    mine = [item.path for item in items if isinstance(item, Entry)]
    assert len(mine) == len(listed.splitlines())
    assert mine == [line.rstrip("/") for line in listed.splitlines()]
