"""A database from the feed mirror and a real image, built once per run; scans through the command line itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import real_image

CLOCK = "2026-11-23T00:00:00Z"


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the slow things are built. SCANTLING_TEST_CACHE keeps them between runs of a developer."""
    kept = os.environ.get("SCANTLING_TEST_CACHE")
    return Path(kept) if kept else tmp_path_factory.mktemp("workshop")


@pytest.fixture(scope="session")
def image(workshop: Path) -> real_image.RealImage:
    if why := real_image.missing():
        pytest.skip(why)
    return real_image.build(workshop / "image")


@pytest.fixture(scope="session")
def database(workshop: Path, feeds: Path) -> Path:
    path = workshop / "feeds.sqlite"
    if not path.is_file():
        outcome = scantling("db", "build", str(path), "--now", CLOCK, env={"SCANTLING_FEED_MIRROR": str(feeds)})
        assert outcome.returncode == 0, outcome.stderr
    return path


def scantling(*args: str, env: dict[str, str] | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scantling", *args],
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.fixture(scope="session")
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    return scantling


@pytest.fixture(scope="session")
def scan_json(database: Path, workshop: Path) -> Callable[..., dict[str, Any]]:
    def scan(target: str, *args: str, env: dict[str, str] | None = None, stdin: str = "") -> dict[str, Any]:
        outcome = scantling(
            "image", target, "--format", "json", "--now", CLOCK, *args,
            env={"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(workshop / "cache"), **(env or {})},
            stdin=stdin,
        )  # fmt: skip
        assert outcome.returncode == 0, outcome.stderr
        report: dict[str, Any] = json.loads(outcome.stdout)
        return report

    return scan
