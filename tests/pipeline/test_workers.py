"""Work on hostile bytes happens in children that can die without harm."""

from __future__ import annotations

import mmap
import os
import signal
import sys
import time

import pytest

from scantling.model.errors import DamagedLayer
from scantling.pipeline import workers

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="children are threads on macOS")


def soon() -> float:
    return time.monotonic() + 30


def test_every_job_is_answered_once() -> None:
    answers = dict(workers.run(lambda n: str(n * n).encode(), range(7), 3, soon()))
    assert answers == {n: str(n * n).encode() for n in range(7)}


def test_a_large_answer_arrives_whole() -> None:
    ((_, answer),) = workers.run(lambda n: bytes(range(256)) * 40_000, [0], 1, soon())
    assert answer == bytes(range(256)) * 40_000


def test_a_killed_child_is_reported_and_the_others_are_kept() -> None:
    def work(n: int) -> bytes:
        if n == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"fine"

    answers = dict(workers.run(work, range(3), 2, soon()))
    assert answers[0] == answers[2] == b"fine"
    assert isinstance(answers[1], workers.Died)
    assert "signal 9" in answers[1].reason


@pytest.mark.parametrize("end", [lambda: sys.exit(0), lambda: os._exit(0), lambda: os._exit(3)])
def test_a_child_that_ends_without_an_answer_is_not_a_success(end: object) -> None:
    def work(n: int) -> bytes:
        end()  # type: ignore[operator]
        return b""

    ((_, answer),) = workers.run(work, [0], 1, soon())
    assert isinstance(answer, workers.Died)


def test_memory_beyond_the_limit_kills_the_child_only() -> None:
    def work(n: int) -> bytes:
        return bytes(6 * 1024**3)[:1]

    ((_, answer),) = workers.run(work, [0], 1, soon())
    assert isinstance(answer, workers.Died)


def test_an_error_meant_for_people_comes_through_with_its_words() -> None:
    def work(n: int) -> bytes:
        raise DamagedLayer("cut short", where="layer 2/3", hint="pull again")

    with pytest.raises(DamagedLayer) as caught:
        list(workers.run(work, [0, 1, 2], 2, soon()))
    assert (caught.value.what, caught.value.where, caught.value.hint) == ("cut short", "layer 2/3", "pull again")


def test_the_deadline_kills_what_hangs() -> None:
    def work(n: int) -> bytes:
        time.sleep(60)
        return b""

    started = time.monotonic()
    with pytest.raises(workers.DeadlineError):
        list(workers.run(work, [0, 1], 2, time.monotonic() + 0.3))
    assert time.monotonic() - started < 5
    with pytest.raises(ChildProcessError):  # no child is left, not even a zombie
        os.waitpid(-1, os.WNOHANG)


def test_a_large_program_around_the_scan_leaves_the_worker_its_memory() -> None:
    with mmap.mmap(-1, 6 * 1024**3) as _:  # address space alone: no page of it is touched
        ((_, answer),) = workers.run(lambda _: bytes(300 * 1024**2)[:2], [0], 1, soon())
    assert answer == b"\0\0"
