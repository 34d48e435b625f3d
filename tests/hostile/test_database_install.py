"""Installing survives kill -9 at every step, and twenty first runs at once."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scantling.db import install
from scantling.db.open import open_database
from scantling.db.update import update
from scantling.model.errors import DatabaseUnusable

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DEMO = Path(__file__).resolve().parents[2] / "demo" / "build_feed.py"
STEPS = (
    "built", "file synced", "file renamed", "file directory-synced", "pointer created", "pointer written",
    "pointer synced", "pointer renamed", "pointer directory-synced", "pruned",
)  # fmt: skip
fork = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runpy.run_path(str(DEMO))["build"](tmp_path_factory.mktemp("mirror"))


def _die_at(cache: Path, mirror: Path, step: str) -> None:
    def crash(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    update(cache, str(mirror), NOW + timedelta(days=1), crash_point=crash)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("first", [True, False])
def test_kill_at_every_step(step: str, first: bool, mirror: Path, tmp_path: Path) -> None:
    if not first:
        update(tmp_path, str(mirror), NOW)
    child = fork.Process(target=_die_at, args=(tmp_path, mirror, step))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    path = install.current(tmp_path)
    if path is None:
        assert first
    else:
        with open_database(path) as db:  # the old one or the new one, whole
            assert db.advisories("debian:12", "curl")
    update(tmp_path, str(mirror), NOW + timedelta(days=2))
    left = sorted(path.name for path in install.directory(tmp_path).iterdir())
    databases = [name for name in left if name.endswith(".sqlite")]  # named by its digest
    assert len(databases) == 1 and sorted(set(left) - set(databases)) == ["current.json", "update.lock"]


def _first_run(cache: Path, mirror: Path, built: Path) -> None:
    def count(stage: str, done: int, total: int) -> None:
        if done == 0:
            (built / str(os.getpid())).touch()

    meta = update(cache, str(mirror), NOW, count)
    (built / f"digest-{os.getpid()}").write_text(meta.digest)


def test_twenty_first_runs_build_once(mirror: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    built.mkdir()
    children = [fork.Process(target=_first_run, args=(tmp_path / "cache", mirror, built)) for _ in range(20)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 20
    assert len([path for path in built.iterdir() if path.name.isdigit()]) == 1
    assert len({path.read_text() for path in built.glob("digest-*")}) == 1


def test_a_reader_finishes_on_the_old_file(mirror: Path, tmp_path: Path) -> None:
    update(tmp_path, str(mirror), NOW)
    old = install.current(tmp_path)
    assert old is not None
    with open_database(old) as db:
        update(tmp_path, str(mirror), NOW + timedelta(days=1))
        assert not old.exists()
        assert db.advisories("debian:12", "curl")


def test_the_installed_file_is_hashed_again_when_it_was_touched(mirror: Path, tmp_path: Path) -> None:
    update(tmp_path, str(mirror), NOW)
    path = install.current(tmp_path)
    assert path is not None
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(DatabaseUnusable):
        open_database(path)


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b'{"format": 1, "sha256": "../../etc/passwd"}'])
def test_a_damaged_pointer_is_said_and_mended(content: bytes, mirror: Path, tmp_path: Path) -> None:
    update(tmp_path, str(mirror), NOW)
    (install.directory(tmp_path) / "current.json").write_bytes(content)
    with pytest.raises(DatabaseUnusable):
        install.current(tmp_path)
    update(tmp_path, str(mirror), NOW)
    assert install.current(tmp_path) is not None


def test_a_failed_update_keeps_the_old_database(mirror: Path, tmp_path: Path) -> None:
    update(tmp_path, str(mirror), NOW)
    before = install.current(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatabaseUnusable):
        update(tmp_path, str(tmp_path / "empty"), NOW)
    assert install.current(tmp_path) == before
    assert before is not None
    open_database(before).close()
