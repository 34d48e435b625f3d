"""Holds bytes against the shipped YARA rules in a process of its own: one that has scanned must not be forked to scan,
and the tests' own processes are forked by others' tests."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

from scantling.malware.engine import Engine, engine
from scantling.malware.rule import Said
from scantling.malware.settings import MalwareSettings


@dataclass(frozen=True)
class Apart:
    """``Engine`` as far as tests need it."""

    pool: ProcessPoolExecutor

    def scan(self, data: bytes, path: str, kind: str) -> list[Said]:
        return self.pool.submit(_scan, data, path, kind).result(60)


@contextmanager
def apart() -> Iterator[Apart]:
    """Until the end of the ``with``."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield Apart(pool)


@cache
def _engine() -> Engine:
    return engine(MalwareSettings())


def _scan(data: bytes, path: str, kind: str) -> list[Said]:
    return _engine().scan(data, path, kind)
