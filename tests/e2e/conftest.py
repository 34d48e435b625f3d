"""A database from the feed mirror and a real image, built once per run by whichever worker needs them first; scans
through the command line itself."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support import real_image

CLOCK = "2026-11-23T00:00:00Z"


_HERE = Path(__file__).parent
_BUILDER = "test_real_debian_image"  # needs the image and the database


def pytest_itemcollected(item: pytest.Item) -> None:
    """A file's tests stay on one worker: they share a registry, or a scan."""
    if item.path.parent == _HERE:
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What builds the slow things comes first and what uses them last, so that no worker waits for another."""

    def place(item: pytest.Item) -> int:
        return 1 if item.path.parent != _HERE else 0 if item.path.stem == _BUILDER else 2

    items.sort(key=place)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the slow things are built, one for all workers. SCANTLING_TEST_CACHE keeps them between runs of a
    developer."""
    if kept := os.environ.get("SCANTLING_TEST_CACHE"):
        return Path(kept)
    base = tmp_path_factory.getbasetemp()
    path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "workshop"
    path.mkdir(exist_ok=True)
    return path


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """While one worker builds a thing, the others wait for it."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def image(workshop: Path) -> real_image.RealImage:
    if why := real_image.missing():
        pytest.skip(why)
    with _alone(workshop / "image.lock"):
        return real_image.build(workshop / "image")


@pytest.fixture(scope="session")
def database(workshop: Path, feeds: Path) -> Path:
    path = workshop / "feeds.sqlite"
    with _alone(workshop / "database.lock"):
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
