"""A container engine, started on a socket of its own for the time of a test."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def engine(command: list[str], socket: Path) -> Iterator[None]:
    """Run it until the end of the ``with``; skip where this machine does not let it start."""
    log = socket.with_suffix(".log")
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        for _ in range(200):
            if socket.exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        if process.poll() is not None or not socket.exists():
            pytest.skip(f"{command[0]} does not start here: {log.read_text()[-300:]}")
        yield
    finally:
        with suppress(ProcessLookupError):  # it did not start, or died
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
