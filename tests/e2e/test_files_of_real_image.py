"""Misconfigurations of the real image, each figure counted again with tarfile; anything else is a false alarm."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import real_image
from support.oci import layer_blobs

pytestmark = [pytest.mark.debian]

MANUALS = ("usr/share/doc/", "usr/share/man/", "usr/share/info/", "usr/share/locale/", "usr/share/i18n/")


def counted(layout: Path) -> tuple[list[int], dict[str, int]]:
    """The bytes of each layer that a container does not see, and the files that it sees with their bytes."""
    seen: dict[str, tuple[int, int]] = {}
    held: list[int] = []
    for number, layer in enumerate(layer_blobs(layout)):
        own: dict[str, tuple[int, int]] = {}
        gone: list[str] = []
        with tarfile.open(layer) as archive:
            for member in archive:
                path = member.name.removeprefix("./").strip("/")
                head, _, base = path.rpartition("/")
                if base.startswith(".wh."):
                    gone.append(f"{head}/{base[4:]}".lstrip("/"))
                else:
                    own[path] = (member.size if member.isreg() else 0, number)
        for path in gone:
            seen = {one: what for one, what in seen.items() if one != path and not one.startswith(path + "/")}
        seen.update(own)
        held.append(sum(size for size, _ in own.values()))
    live = [sum(size for size, at in seen.values() if at == number) for number in range(len(held))]
    return [all_ - left for all_, left in zip(held, live, strict=True)], {
        path: size for path, (size, _) in seen.items()
    }


def test_every_finding_is_true_and_its_figures_are(
    image: real_image.RealImage, run: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "r.json"
    outcome = run("image", f"oci:{image.layout}", "--scanners", "misconfig", "--no-cache", "-f", "json", "-o", str(out))
    assert outcome.returncode == 0, outcome.stderr
    report = json.loads(out.read_bytes())
    said: dict[str, list[str]] = {}
    for finding in report["findings"]:
        said.setdefault(finding["id"], []).append(finding["title"])
    wasted, files = counted(image.layout)
    expected = [f"{size / 1e6:.1f} MB" for size in wasted if size >= 1_000_000]
    shown = said.get("SCN-FS-011", [])
    assert len(shown) == len(expected)
    assert all(any(size in title for title in shown) for size in expected)
    (smaller,) = said["SCN-FS-015"]
    manuals = sum(size for path, size in files.items() if path.startswith(MANUALS))
    assert f"manuals and translations {manuals / 1e6:.1f} MB" in smaller
    # USER is set, port 8080 exposed, no HEALTHCHECK; apt's directories belong to a uid that mmdebstrap's host has
    assert set(said) <= {"SCN-FS-005", "SCN-FS-011", "SCN-FS-015", "SCN-IMG-003"}
