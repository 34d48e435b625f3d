"""Layouts of bases, and the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scantling.cli.main import main
from support import oci
from support.bases import Call, Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Put an image into a layout of its own: its target."""

    def write_(made: oci.Image, tag: str = "app:1", folder: str = "") -> str:
        path = tmp_path / (folder or tag.replace("/", "_").replace(":", "_"))
        oci.write_layout(path, made.blobs, oci.index([oci.tagged(made.descriptor, tag)]))
        return f"oci:{path}"

    return write_


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """The command line, with a cache directory of the test's own: exit code, stdout, stderr."""
    monkeypatch.setenv("SCANTLING_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def call_(*argv: str) -> tuple[int, str, str]:
        code = main(argv)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call_


@pytest.fixture
def report(call: Call) -> Callable[..., dict[str, Any]]:
    def report_(target: str, *argv: str) -> dict[str, Any]:
        code, out, err = call("image", target, "--scanners", "packages", "-f", "json", *argv)
        assert code == 0, err
        made: dict[str, Any] = json.loads(out)
        return made

    return report_
