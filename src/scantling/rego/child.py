"""Runs ``worker`` in a process of its own: bounded memory, a deadline, an empty environment, nothing of the parent's.

A fresh interpreter and no fork: the engine must not be touched from a second thread, macOS cannot fork safely, and the
limit on address space means what it says only where the parent's memory is not part of it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any

from scantling.guard import limits
from scantling.model.errors import UsageError

_BOOT = "import json, sys; sys.path += json.loads(sys.argv[1]); from scantling.rego.worker import main; main()"
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # some builds of Python do not start without


class Stopped(Exception):
    """The child did not answer to the end; the text says why."""


def converse(
    request: Mapping[str, Any], data: bytes, inputs: Sequence[bytes], patience_s: float, deadline: float
) -> Iterator[dict[str, Any]]:
    """Each line of the child's answer. ``patience_s`` bounds the time between two lines, ``deadline`` is on
    ``time.monotonic``. Raises ``Stopped`` when time is up or the child died, ``UsageError`` without the engine."""
    head = dict(request) | {"memory_bytes": _memory(data, inputs), "data_bytes": len(data)}
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps(_paths())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the engine's own remarks; its errors come as answers
        env=environment,
        cwd="/",
    )
    try:
        assert child.stdin is not None
        try:
            with child.stdin as pipe:
                pipe.write(json.dumps(head).encode() + b"\n")
                pipe.write(data)
                pipe.write(b"\n".join(inputs))
        except BrokenPipeError:
            pass  # it died; the lines below say how
        yield from _lines(child, patience_s, deadline)
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _lines(child: subprocess.Popen[bytes], patience_s: float, deadline: float) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None
    descriptor = child.stdout.fileno()
    said = 0
    pending: list[bytes] = []
    waits_until = time.monotonic() + patience_s
    with DefaultSelector() as selector:
        selector.register(descriptor, EVENT_READ)
        while True:
            left = min(waits_until, deadline) - time.monotonic()
            if left <= 0 or not selector.select(left):
                if time.monotonic() < min(waits_until, deadline):
                    continue
                raise Stopped("it did not end in time")
            piece = os.read(descriptor, 1 << 20)
            if not piece:
                raise Stopped(_end(child))
            said += len(piece)
            if said > limits.REGO_ANSWER_BYTES:
                raise Stopped(f"it gave more than {limits.REGO_ANSWER_BYTES} bytes of results")
            if b"\n" not in piece:
                pending.append(piece)
                continue
            *lines, rest = b"".join((*pending, piece)).split(b"\n")
            pending = [rest]
            for line in lines:
                value = json.loads(line)
                if value.get("done"):
                    return
                yield value
            waits_until = time.monotonic() + patience_s


def _end(child: subprocess.Popen[bytes]) -> str:
    try:
        code = child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return "it stopped answering"
    if code == -signal.SIGSEGV:
        return "it is nested too deeply for the engine, or the engine crashed"
    return "it needs more memory than a policy may have, or the engine crashed"


def _memory(data: bytes, inputs: Sequence[bytes]) -> int:
    size = len(data) + max(map(len, inputs), default=0)
    return min(limits.REGO_MEMORY + 40 * size, limits.WORKER_BYTES)


def _paths() -> list[str]:
    """Where the child finds this package and the engine: it looks at nothing else but the standard library."""
    engine = find_spec("regorus")
    if engine is None or engine.origin is None:
        raise UsageError(
            "policies in Rego need the engine, which is not installed",
            hint='pip install "scantling[rego]", or name an OPA: --opa PATH',
        )
    return [str(Path(__file__).parents[2]), str(Path(engine.origin).parents[1])]
