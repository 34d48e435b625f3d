"""Holds bytes against the shipped YARA rules in a process of its own: one that has scanned must not be forked to scan,
and the tests' own processes are forked by others' tests."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scantling.malware.rule import Said

_SUPPORT = str(Path(__file__).resolve().parent.parent)


@dataclass(frozen=True)
class Apart:
    """``Engine`` as far as tests need it."""

    process: Any

    def scan(self, data: bytes, path: str, kind: str) -> list[Said]:
        pickle.dump((data, path, kind), self.process.stdin)
        self.process.stdin.flush()
        found: list[Said] = pickle.load(self.process.stdout)
        return found


@contextmanager
def apart() -> Iterator[Apart]:
    """Until the end of the ``with``."""
    path = os.pathsep.join([_SUPPORT, *sys.path])
    command = [sys.executable, "-c", "from support.yara_apart import serve; serve()"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    ) as process:
        yield Apart(process)


def serve() -> None:
    """Answers until there are no more questions."""
    from scantling.malware.engine import engine
    from scantling.malware.settings import MalwareSettings

    rules = engine(MalwareSettings())
    while True:
        try:
            data, path, kind = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(rules.scan(data, path, kind), sys.stdout.buffer)
        sys.stdout.buffer.flush()
