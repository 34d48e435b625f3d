"""One holder at a time; the others are told who."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from scantling.store.lock import Locked, exclusive

fork = multiprocessing.get_context("fork")


def _hold(path: Path, ready: str) -> None:
    with exclusive(path, purpose="a test", wait_s=0):
        Path(ready).touch()
        signal.pause()


def _wait_for(path: Path) -> None:
    while not path.exists():
        os.sched_yield()


def test_a_second_process_is_told_who_holds_it_and_gets_it_when_the_first_is_killed(tmp_path: Path) -> None:
    child = fork.Process(target=_hold, args=(tmp_path / "lock", str(tmp_path / "ready")))
    child.start()
    _wait_for(tmp_path / "ready")
    told: list[str] = []
    with (
        pytest.raises(Locked, match=f"process {child.pid}, a test"),
        exclusive(tmp_path / "lock", purpose="another", wait_s=0.2, on_wait=told.append),
    ):
        pass
    assert told == [f"waiting for process {child.pid}, a test"]
    child.kill()
    child.join()
    with exclusive(tmp_path / "lock", purpose="another", wait_s=0):
        pass
