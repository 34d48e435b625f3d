"""Six projects whose gate fails: the plan tried out passes, its patch applies with git, and the image that is built
from the patched files passes the gate that failed. By real advisories."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scantling.cli.main import main
from support import real_image
from support.projects import PROJECTS, Project

from .conftest import CLOCK

pytestmark = [pytest.mark.feeds, pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")]

GATE = ("--exit-code", "1", "--severity", "CRITICAL,HIGH,MEDIUM", "--ignore-unfixed", "--scanners", "vuln")
COMMON = ("--now", CLOCK, "--skip-db-update", "--quiet", "--stale-after", "365d")  # the mirror is months old


@pytest.fixture(autouse=True)
def _database(database: Path, workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANTLING_DB", str(database))
    monkeypatch.setenv("SCANTLING_CACHE_DIR", str(workshop / "cache"))


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_the_patched_project_passes_the_gate_that_failed(project: Project, tmp_path: Path) -> None:
    root, report, patch = tmp_path / "project", tmp_path / "plan.json", tmp_path / "fix.patch"
    project.write(root)
    before = project.build(root, tmp_path / "before")
    assert main(["image", before, *GATE, *COMMON, "-f", "json", "-o", str(tmp_path / "before.json")]) == 1
    arguments = ["fix", before, *GATE, *COMMON, "--checkout", str(root), "--verify"]
    assert main([*arguments, "--patch", str(patch), "-f", "json", "-o", str(report)]) == 0
    plan: dict[str, Any] = json.loads(report.read_text())
    assert (plan["before"], plan["after"], plan["blocking"][1], plan["left"]) == ("fail", "pass", 0, [])
    assert plan["patched"]["rest"] == []
    subprocess.run(["git", "apply", str(patch)], cwd=root, check=True)
    after = project.build(root, tmp_path / "after")
    assert main(["image", after, *GATE, *COMMON, "-f", "json", "-o", str(tmp_path / "after.json")]) == 0


@pytest.mark.debian
def test_a_real_debian_image_passes_after_its_plan(
    image: real_image.RealImage, run: Callable[..., subprocess.CompletedProcess[str]], database: Path, workshop: Path
) -> None:
    env = {"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(workshop / "cache")}
    gate = ("--exit-code", "1", "--ignore-unfixed", "--on-gap", "report", "--pkg-types", "os", "--now", CLOCK)
    outcome = run("fix", f"oci:{image.layout}", *gate, "--scanners", "vuln", "--verify", "-f", "json", env=env)
    plan = json.loads(outcome.stdout)
    assert (outcome.returncode, plan["before"], plan["after"]) == (0, "fail", "pass")
    (line,) = plan["commands"]
    pinned = {name.partition("=")[0] for name in line.split("--only-upgrade ")[1].split(" && ")[0].split()}
    assert {name.strip("'") for name in pinned} <= {name for name, _ in image.debs}
