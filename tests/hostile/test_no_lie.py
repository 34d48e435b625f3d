"""The no-lie oracle (promise 1): whatever is damaged, a report that says "complete" says what the whole image says.

Every byte range of every file of a small image is damaged in turn, on disk, and the image is scanned as the command
line would. The outcome must be a refusal, a report that calls itself incomplete, or exactly the reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.model.errors import ScantlingError, Unscannable
from scantling.model.report import Report
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from support import oci

STATUS = "Package: {0}\nStatus: install ok installed\nArchitecture: all\nVersion: {1}\n\n"
LAYERS = [
    oci.tar(
        {
            "etc/os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian"\n',
            "var/lib/dpkg/status": STATUS.format("base-files", "12.4"),
        }
    ),
    oci.tar({"var/lib/dpkg/status": STATUS.format("base-files", "12.4") + STATUS.format("curl", "7.88.1-10")}),
    oci.tar(
        {
            "opt/lib/six-1.16.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n",
            "srv/node_modules/lodash/package.json": json.dumps({"name": "lodash", "version": "4.17.4"}),
        }
    ),
]
REFERENCE = ["base-files 12.4", "curl 7.88.1-10", "lodash 4.17.4", "six 1.16.0"]  # by hand, from the layers above


def look(target: str, cache: Path) -> Report | None:
    options = ScanOptions(scanners=frozenset({"packages"}), cache_dir=cache, use_cache=False)
    try:
        return scan(target, options)
    except ScantlingError as error:
        assert isinstance(error, Unscannable), error
        assert error.what
        return None


def names(report: Report) -> list[str]:
    return sorted(f"{package.name} {package.version}" for package in report.packages)


def is_honest(report: Report | None) -> bool:
    return report is None or report.status == "incomplete" or names(report) == REFERENCE


def damages(whole: bytes) -> Iterator[tuple[str, bytes]]:
    """Flips over the whole length, cuts at every sixteenth, zeros and junk."""
    step = max(1, len(whole) // 24)
    for position in range(0, len(whole), step):
        flipped = bytearray(whole)
        flipped[position] ^= 0x41
        yield f"flip {position}", bytes(flipped)
    for sixteenth in range(16):
        yield f"cut {sixteenth}/16", whole[: len(whole) * sixteenth // 16]
    middle = len(whole) // 2
    yield "zeros", whole[:middle] + bytes(min(64, len(whole) - middle)) + whole[middle + 64 :]
    yield "junk behind", whole + b"junk" * 50


@pytest.mark.parametrize("compression", ["gzip", "zstd", "none"])
def test_a_damaged_layout_is_never_a_clean_report(compression: str, tmp_path: Path) -> None:
    layout = oci.build_layout(tmp_path / "image", LAYERS, compression=compression)
    target = f"oci:{layout}:latest"
    reference = look(target, tmp_path / "cache")
    assert reference is not None
    assert reference.status == "complete", reference.gaps
    assert names(reference) == REFERENCE
    refused = tried = 0
    for path in sorted(p for p in layout.rglob("*") if p.is_file() and p.name != "oci-layout"):
        whole = path.read_bytes()
        for how, damaged in damages(whole):
            path.write_bytes(damaged)
            report = look(target, tmp_path / "cache")
            assert is_honest(report), (path.name, how)
            refused += report is None
            tried += 1
        path.write_bytes(whole)
    assert tried > 100
    assert refused > tried * 0.9  # a digest stands over all but index.json's own spaces and unknown fields


@pytest.mark.parametrize("archive", ["oci", "docker"])
def test_a_damaged_archive_is_never_a_clean_report(archive: str, tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    if archive == "oci":
        oci.build_oci_archive(path, LAYERS)
    else:
        oci.build_docker_archive(path, LAYERS)
    reference = look(str(path), tmp_path / "cache")
    assert reference is not None
    assert (reference.status, names(reference)) == ("complete", REFERENCE)
    whole = path.read_bytes()
    for position in range(0, len(whole), max(1, len(whole) // 300)):
        damaged = bytearray(whole)
        damaged[position] ^= 0x41
        path.write_bytes(damaged)
        assert is_honest(look(str(path), tmp_path / "cache")), position
    for sixteenth in range(16):
        path.write_bytes(whole[: len(whole) * sixteenth // 16])
        assert is_honest(look(str(path), tmp_path / "cache")), sixteenth


@pytest.mark.parametrize("off_by", [-1, 1, 1000])
def test_a_size_that_is_not_the_blobs_is_refused(off_by: int, tmp_path: Path) -> None:
    for number in range(len(LAYERS)):

        def lie(manifest: dict[str, object], number: int = number) -> None:
            layers = manifest["layers"]
            assert isinstance(layers, list)
            layers[number]["size"] += off_by

        layout = oci.build_layout(tmp_path / f"image{number}", LAYERS, edit_manifest=lie)
        assert look(f"oci:{layout}:latest", tmp_path / "cache") is None


def test_a_diff_id_that_is_not_the_layers_is_refused(tmp_path: Path) -> None:
    for number in range(len(LAYERS)):

        def lie(config: dict[str, object], number: int = number) -> None:
            rootfs = config["rootfs"]
            assert isinstance(rootfs, dict)
            rootfs["diff_ids"][number] = oci.sha256(b"another")

        layout = oci.build_layout(tmp_path / f"image{number}", LAYERS, edit_config=lie)
        with pytest.raises(Unscannable, match=r"diffID|diff_id|not the"):
            scan(
                f"oci:{layout}:latest",
                ScanOptions(scanners=frozenset({"packages"}), cache_dir=tmp_path, use_cache=False),
            )


@pytest.mark.parametrize("again", ["gzip", "zstd", "none"])
def test_compression_does_not_change_what_is_there(again: str, tmp_path: Path) -> None:
    report = look(f"oci:{oci.build_layout(tmp_path / 'image', LAYERS, compression=again)}:latest", tmp_path / "cache")
    assert report is not None
    assert (report.status, names(report)) == ("complete", REFERENCE)


def test_empty_layers_do_not_change_what_is_there(tmp_path: Path) -> None:
    spread = [layer for one in LAYERS for layer in (one, oci.tar({}))]
    report = look(f"oci:{oci.build_layout(tmp_path / 'image', spread)}:latest", tmp_path / "cache")
    assert report is not None
    assert (report.status, names(report)) == ("complete", REFERENCE)
