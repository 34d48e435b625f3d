"""Modes and accounts of an image's files: what a distribution ships is passed over, what is gone is not said."""

from __future__ import annotations

from pathlib import Path

import pytest

from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\n"


def ids(root: Path) -> set[tuple[str, str]]:
    options = ScanOptions(scanners=frozenset({"misconfig"}), use_cache=False)
    return {(one.id, one.path) for one in scan(f"dir:{root}", options).findings}


def put(root: Path, path: str, mode: int, text: str = "x") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


@pytest.mark.parametrize(
    ("path", "mode", "text", "rule"),
    [
        ("opt/tool", 0o4755, "x", "SCN-FS-001"),
        ("usr/bin/odd", 0o2755, "x", "SCN-FS-001"),
        ("srv/a", 0o666, "x", "SCN-FS-003"),
        ("app/key.pem", 0o644, KEY, "SCN-FS-006"),
        ("etc/shadow", 0o640, "root:*:1::::::\napp::1::::::\n", "SCN-FS-007"),
        ("etc/shadow", 0o640, "app:$1$salt$abcdefghijklmnopqrstuv:1::::::\n", "SCN-FS-008"),
        ("etc/passwd", 0o644, "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\n", "SCN-FS-009"),
    ],
)
def test_what_is_found(tmp_path: Path, path: str, mode: int, text: str, rule: str) -> None:
    put(tmp_path, path, mode, text)
    assert ids(tmp_path) == {(rule, f"/{path}")}


def test_a_directory_that_everybody_may_write(tmp_path: Path) -> None:
    for name, mode in (("loose", 0o777), ("tmp", 0o1777)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    assert ids(tmp_path) == {("SCN-FS-004", "/loose")}


@pytest.mark.parametrize(
    ("path", "mode", "text"),
    [
        ("usr/bin/passwd", 0o4755, "x"),
        ("opt/data", 0o6644, "x"),
        ("app/key.pem", 0o600, KEY),
        ("etc/shadow", 0o640, "root:!:1::::::\nbin:*:1::::::\nx:$6$s$h:1::::::\ny:!!$1$:1::::::\n"),
        ("etc/passwd", 0o644, "root:x:0:0::/root:/bin/sh\nbroken\nx:y\nn:x:none:0::/:/\n"),
    ],
)
def test_what_is_not(tmp_path: Path, path: str, mode: int, text: str) -> None:
    put(tmp_path, path, mode, text)
    assert ids(tmp_path) == set()
