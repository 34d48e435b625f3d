"""``docker scantling``: the plugin's protocol, and the real Docker client where there is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scantling import __version__
from scantling.cli.docker_plugin import host_of, metadata, split
from scantling.cli.main import main

REPOSITORY = Path(__file__).resolve().parents[2]


def test_what_docker_is_told() -> None:
    about = json.loads(metadata())
    assert about["SchemaVersion"] == "0.1.0"  # the only one there is
    assert about["Vendor"] and about["Version"] == __version__


@pytest.mark.parametrize(
    ("argv", "host", "rest"),
    [
        (["scantling", "image", "a:1"], "", ["image", "a:1"]),
        (["-H", "tcp://h:1", "scantling", "image", "a"], "tcp://h:1", ["image", "a"]),
        (["--host=tcp://h:1", "--debug", "scantling", "image"], "tcp://h:1", ["image"]),
        (["--context", "scantling", "scantling", "version"], "", ["version"]),
        (["image", "scantling"], "", ["image", "scantling"]),  # run by hand
        ([], "", []),
    ],
)
def test_dockers_own_options_stand_before_the_name(argv: list[str], host: str, rest: list[str]) -> None:
    before, after = split(argv)
    assert after == rest
    assert host_of(before) == host


@pytest.mark.skipif(shutil.which("docker") is None, reason="the docker client is not installed")
def test_with_the_real_client(tmp_path: Path) -> None:
    plugin = tmp_path / "cli-plugins" / "docker-scantling"
    plugin.parent.mkdir()
    plugin.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from scantling.cli.docker_plugin import entry; entry()" "$@"\n'
    )
    plugin.chmod(0o755)
    environ = {**os.environ, "DOCKER_CONFIG": str(tmp_path)}

    def docker(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["docker", *argv], capture_output=True, text=True, check=False, timeout=60, env=environ)

    if "Docker version" not in docker("--version").stdout:
        pytest.skip("this docker is no Docker (Podman's has no plugins)")
    assert docker("scantling", "version").stdout == f"scantling {__version__}\n"
    nowhere = docker("-H", f"unix://{tmp_path}/none.sock", "scantling", "image", "docker:a:1", "--scanners", "packages")
    assert nowhere.returncode == 3
    assert "none.sock" in nowhere.stderr


@pytest.mark.parametrize("recipe", ["Containerfile"])
def test_our_own_image_passes_our_own_rules(recipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", str(REPOSITORY / recipe), "--exit-code", "1", "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
