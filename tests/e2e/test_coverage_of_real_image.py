"""The coverage statement of the real image, counted again with tarfile and dpkg's own file lists."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import real_image
from support.oci import layer_blobs

pytestmark = [pytest.mark.debian, pytest.mark.feeds]


def live_files(layout: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and first bytes (all of them for dpkg's lists) of every regular file that a container would see."""
    found: dict[str, tuple[int, bytes]] = {}
    for layer in layer_blobs(layout):
        fresh: dict[str, tuple[int, bytes]] = {}
        gone: list[str] = []
        with tarfile.open(layer) as archive:
            for member in archive:
                path = member.name.removeprefix("./").strip("/")
                head, _, base = path.rpartition("/")
                if base.startswith(".wh."):
                    gone.append(f"{head}/{base[4:]}".lstrip("/"))
                elif member.isreg():
                    file = archive.extractfile(member)
                    assert file is not None
                    fresh[path] = (member.mode, file.read() if path.endswith(".list") else file.read(4))
        for path in gone:
            found = {name: value for name, value in found.items() if name != path and not name.startswith(f"{path}/")}
        found |= fresh
    return found


def test_every_binary_is_counted_and_owned_as_dpkg_says(
    image: real_image.RealImage, scan_json: Callable[..., dict[str, Any]]
) -> None:
    files = live_files(image.layout)
    binaries = {
        path
        for path, (mode, head) in files.items()
        if head[:4] == b"\x7fELF" and (mode & 0o111 or ".so" in path.rsplit("/", 1)[-1])
    }
    listed = {
        line.strip("/")
        for path, (_, data) in files.items()
        if path.startswith("var/lib/dpkg/info/") and path.endswith(".list")
        for line in data.decode().splitlines()
    }
    listed |= {f"usr/{path}" for path in listed}  # merged /usr
    owned = {path for path in binaries if path in listed or path.startswith("var/lib/dpkg/info/")}
    said = scan_json(f"oci:{image.layout}:latest")["coverage"]
    assert said["binaries"]["seen"] == len(binaries) > 300
    assert said["binaries"]["owned"] == len(owned)
    assert said["binaries"]["unowned_paths"] == []
    assert said["lock_files"] == {"read": 1, "not_read": 0, "not_read_paths": []}
    assert said["distribution"] in {"supported", "end_of_life"}
    assert {ecosystem for feed in said["feeds"] for ecosystem in feed["ecosystems"]} >= {"pypi", "npm"}
