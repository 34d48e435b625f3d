"""A real Debian root with files changed: what is reported is what ``dpkg --verify`` says of the same root."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from support import real_image
from support.oci import layer_blobs

pytestmark = [pytest.mark.debian]


@pytest.fixture(scope="module")
def root(image: real_image.RealImage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first layer of the real image, unpacked."""
    place = tmp_path_factory.mktemp("integrity") / "root"
    place.mkdir()
    blob = layer_blobs(image.layout)[0]
    subprocess.run(["tar", "xf", str(blob), "-C", str(place), "--exclude=./dev/*", "--exclude=dev/*"], check=True)
    return place


def changed(root: Path, tmp_path: Path) -> set[str]:
    options = ScanOptions(cache_dir=tmp_path / "cache", scanners=frozenset({"integrity"}))
    return {f.path for f in scan(f"dir:{root}", options).findings if f.id in {"SCN-INT-001", "SCN-INT-002"}}


def test_changed_files_are_those_of_dpkg_verify(root: Path, tmp_path: Path) -> None:
    assert changed(root, tmp_path) == set()
    for name in ("usr/bin/sort", "usr/share/perl5/Debconf/Config.pm", "usr/share/debconf/confmodule"):
        path = root / name
        assert path.is_file()
        shutil.copy2(path, tmp_path / "kept")
        path.write_bytes(path.read_bytes() + b"#\n")
    outcome = subprocess.run(["dpkg", f"--root={root}", "--verify"], capture_output=True, text=True, check=False)
    said = {line[12:].strip() for line in outcome.stdout.splitlines() if line[2:3] == "5" and line[10:11] != "c"}
    assert len(said) == 3
    assert changed(root, tmp_path) == said


def test_the_whole_real_image_has_no_changed_file(image: real_image.RealImage, tmp_path: Path) -> None:
    options = ScanOptions(cache_dir=tmp_path / "cache", scanners=frozenset({"integrity"}))
    report = scan(f"oci:{image.layout}:latest", options)
    assert [f.path for f in report.findings if f.id in {"SCN-INT-001", "SCN-INT-002"}] == []
