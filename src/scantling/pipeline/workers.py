"""Runs one function over several jobs in child processes that cannot outlive the deadline or harm the parent.

A child parses hostile bytes: it has an address-space limit, leaves no core file, and is killed when time is up. Its
answer comes back over a pipe. Where forking is unsafe (macOS) the jobs run in threads of this process instead.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector

from scantling.guard import limits
from scantling.guard.confine import address_space, confine
from scantling.model.errors import ScantlingError

_SWITCH_S = 0.0005
_OK, _ERROR = b"\0", b"\1"


@dataclass(frozen=True, slots=True)
class Died:
    """A child ended without an answer: killed by the system (out of memory) or crashed inside a C library."""

    reason: str


@dataclass(slots=True)
class _Child:
    job: int
    pid: int
    pipe: int
    answer: bytearray


class DeadlineError(ScantlingError):
    """The whole scan's time is up."""


def run(
    work: Callable[[int], bytes], jobs: Sequence[int], count: int, deadline: float
) -> Iterator[tuple[int, bytes | Died]]:
    """Yield ``(job, answer)`` as jobs finish, at most ``count`` at a time, in the order given.

    ``work`` must not share state it changes. A ``ScantlingError`` it raises is raised here; every other child is
    then killed. ``deadline`` is on ``time.monotonic``; past it ``DeadlineError`` is raised.
    """
    if sys.platform == "darwin" or not hasattr(os, "fork"):
        yield from _in_threads(work, jobs, count)
        return
    waiting = list(jobs)
    selector = DefaultSelector()
    running: dict[int, _Child] = {}
    try:
        while waiting or running:
            while waiting and len(running) < count:
                child = _start(work, waiting.pop(0))
                running[child.pipe] = child
                selector.register(child.pipe, EVENT_READ)
            left = deadline - time.monotonic()
            if left <= 0:
                raise DeadlineError(
                    "the scan did not finish in time", hint="raise --timeout, or skip large directories"
                )
            for key, _ in selector.select(min(left, 1.0)):
                child = running[key.fd]
                chunk = os.read(child.pipe, 1 << 20)
                if chunk:
                    child.answer += chunk
                    continue
                selector.unregister(child.pipe)
                del running[child.pipe]
                yield child.job, _finish(child)
    finally:
        for child in running.values():
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            os.close(child.pipe)
            os.waitpid(child.pid, 0)
        selector.close()


def _start(work: Callable[[int], bytes], job: int) -> _Child:
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(writer)
        return _Child(job, pid, reader, bytearray())
    status = 1
    try:
        os.close(reader)
        _confine()
        try:
            answer = _OK + work(job)
        except ScantlingError as error:
            answer = _ERROR + pickle.dumps(error)
        with os.fdopen(writer, "wb", buffering=0) as out:
            view = memoryview(struct.pack("<Q", len(answer)) + answer)
            while view:
                view = view[out.write(view) or 0 :]
        status = 0
    except BrokenPipeError:
        pass
    except BaseException as error:  # the child must never return into the parent's code
        with suppress(OSError):
            os.write(2, f"scantling worker: {type(error).__name__}: {error}\n".encode()[:500])
    finally:
        os._exit(status)


def _confine() -> None:
    # the decompressing and the hashing thread need the interpreter lock for moments; 5 ms of waiting for each would
    # be as long as the work itself
    sys.setswitchinterval(_SWITCH_S)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it kills us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    confine(address_space() + limits.WORKER_BYTES)  # a forked child has what a large program around the scan has


def _finish(child: _Child) -> bytes | Died:
    os.close(child.pipe)
    _, status = os.waitpid(child.pid, 0)
    answer = bytes(child.answer)
    whole = len(answer) > 8 and struct.unpack("<Q", answer[:8])[0] == len(answer) - 8
    if status == 0 and whole:
        if answer[8:9] == _ERROR:
            raise pickle.loads(answer[9:])  # noqa: S301 - written by our own child, after its own parsing
        return answer[9:]
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return Died(f"the worker was killed by signal {-code} ({signal.strsignal(-code)})")
    return Died("the worker ran out of memory or failed")


def _in_threads(work: Callable[[int], bytes], jobs: Sequence[int], count: int) -> Iterator[tuple[int, bytes | Died]]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=count) as pool:
        yield from zip(jobs, pool.map(work, jobs), strict=True)
