"""The real Podman and Docker engines, each started here on a socket of its own, with the real image loaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import real_image
from support.engine import engine

pytestmark = [pytest.mark.debian, pytest.mark.feeds]

Scan = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def archive(image: real_image.RealImage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("engine") / "app.tar"
    source, target = f"oci:{image.layout}:latest", f"docker-archive:{path}:shop/app:1"
    subprocess.run(["skopeo", "copy", "-q", source, target], check=True, timeout=120)
    return path


def same(report: dict[str, Any], scan_json: Scan, image: real_image.RealImage) -> None:
    expected = scan_json(f"oci:{image.layout}:latest")
    assert report["packages"] == expected["packages"]
    assert [(f["id"], f["package"]) for f in report["findings"]] == [
        (f["id"], f["package"]) for f in expected["findings"]
    ]
    for key in ("diff_id", "created_by"):
        assert [layer[key] for layer in report["target"]["layers"]] == [
            layer[key] for layer in expected["target"]["layers"]
        ]


@pytest.mark.skipif(shutil.which("podman") is None, reason="podman is not installed")
def test_podman(archive: Path, image: real_image.RealImage, tmp_path: Path, scan_json: Scan) -> None:
    podman = ["podman", "--root", f"{tmp_path}/root", "--runroot", f"{tmp_path}/run", "--storage-driver", "vfs"]
    loaded = subprocess.run([*podman, "load", "-q", "-i", str(archive)], capture_output=True, text=True, check=False)
    if loaded.returncode:
        pytest.skip(f"podman cannot load an image here: {loaded.stderr[-300:]}")
    socket = tmp_path / "podman" / "podman.sock"
    socket.parent.mkdir()
    with engine([*podman, "system", "service", "--time=0", f"unix://{socket}"], socket):
        report = scan_json("podman:shop/app:1", "--no-cache", env={"XDG_RUNTIME_DIR": str(tmp_path)})
        same(report, scan_json, image)


@pytest.mark.skipif(shutil.which("dockerd") is None, reason="dockerd is not installed")
def test_docker(archive: Path, image: real_image.RealImage, tmp_path: Path, scan_json: Scan) -> None:
    socket = tmp_path / "docker.sock"
    command = [
        "dockerd", f"--host=unix://{socket}", f"--data-root={tmp_path}/data", f"--exec-root={tmp_path}/exec",
        f"--pidfile={tmp_path}/pid", "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs",
    ]  # fmt: skip
    host = {"DOCKER_HOST": f"unix://{socket}"}
    with engine(command, socket):
        for _ in range(50):  # the socket is there before the engine answers
            load = subprocess.run(
                ["docker", "load", "-q", "-i", str(archive)],
                env={**os.environ, **host},
                capture_output=True,
                check=False,
            )
            if load.returncode == 0:
                break
            time.sleep(0.2)
        same(scan_json("docker:shop/app:1", "--no-cache", env=host), scan_json, image)
        bare = scan_json("shop/app:1", env=host)  # a bare name is looked for at the engine first
        assert bare["target"]["kind"] == "docker"
