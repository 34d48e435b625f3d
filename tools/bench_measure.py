"""Runs commands in turn: wall and CPU seconds of each round, and the memory of all its processes together, once."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_POLL_S = 0.01
_TIMED_OUT_S = 1800.0


@dataclass(frozen=True, eq=False)
class Contender:
    """A command to time on one image. ``prepare`` runs, untimed, before each round."""

    image: str
    name: str
    command: tuple[str, ...]
    env: dict[str, str]
    prepare: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Result:
    """Medians: seconds, and MiB of proportional set size summed over the process tree (0: not measured)."""

    image: str
    name: str
    wall: float
    cpu: float
    peak: float


def measure(contenders: Sequence[Contender], rounds: int) -> list[Result]:
    """A first round warms caches and is not counted, then ``rounds`` in turn, then one that watches memory: watching
    slows a process down."""
    samples: dict[Contender, list[tuple[float, float]]] = {contender: [] for contender in contenders}
    for round_ in range(rounds + 1):
        for contender in contenders:
            sample = _timed(contender)
            if round_:
                samples[contender].append(sample)
    results = []
    for contender, rows in samples.items():
        wall, cpu = (statistics.median(column) for column in zip(*rows, strict=True))
        results.append(Result(contender.image, contender.name, wall, cpu, _peak(contender)))
    return results


def _timed(contender: Contender) -> tuple[float, float]:
    contender.prepare()
    started = time.perf_counter()
    process = _start(contender)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = _checked(contender, status)
    return wall, usage.ru_utime + usage.ru_stime


def _peak(contender: Contender) -> float:
    if sys.platform != "linux":
        return 0.0
    contender.prepare()
    process = _start(contender)
    most = 0
    deadline = time.monotonic() + _TIMED_OUT_S
    while time.monotonic() < deadline:
        done, status = os.waitpid(process.pid, os.WNOHANG)
        if done:
            process.returncode = _checked(contender, status)
            return most / 1024
        most = max(most, _tree_kib(process.pid))
        time.sleep(_POLL_S)
    process.kill()
    raise SystemExit(f"{contender.name} did not end")


def _start(contender: Contender) -> subprocess.Popen[bytes]:
    return subprocess.Popen(contender.command, env=contender.env, stdout=subprocess.DEVNULL)


def _checked(contender: Contender, status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise SystemExit(f"{contender.name} on {contender.image} exited with {code}: {' '.join(contender.command)}")
    return code


def _tree_kib(pid: int) -> int:
    total = 0
    with suppress(OSError, ValueError):  # it may end while it is looked at
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total = int(line.split()[1])
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            total += sum(_tree_kib(int(child)) for child in children.read_text().split())
    return total
