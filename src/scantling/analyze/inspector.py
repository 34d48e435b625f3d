"""The contract of an inspector: who looks at every entry of a layer, in the one pass that reads it for packages.

An analyzer (``plugin``) knows one file format and is handed few files. An inspector sees every entry (modes, owners,
sizes) and may ask for the bytes of any. Its facts stay apart from the packages: each inspector has its own entries in
the layer cache, so that a new rule re-reads what that rule needs and nothing else. Judging is not its work: ``check``
turns facts of all layers into findings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from scantling.layers.entry import Entry
from scantling.model.coverage import Gap


class Inspecting(Protocol):
    """One inspector at work on one layer. Opens nothing, runs nothing, logs nothing; bounded in memory."""

    def wants(self, entry: Entry, head: bytes) -> bool:
        """Asked of every entry, in archive order, whiteouts included. ``head`` are the first ``limits.INSPECTED_HEAD``
        bytes of a regular file (b"" for anything else). True: the bytes of this regular file are wanted."""

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:
        """The bytes of a wanted file: nearly always all of them at once (``offset`` 0, ``last`` true), and those of a
        file larger than ``limits.INSPECTED_PIECE`` in pieces of that size, in order."""

    def finish(self) -> tuple[Any, tuple[Gap, ...]]:
        """The layer's facts (of the type that ``Inspector.facts`` names, sorted: equal layers, equal bytes) and what
        could not be looked at."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Inspector:
    """``id`` names its facts, ``scanner`` is the word of ``--scanners`` that asks for it.

    ``version`` is part of the cache key: it names the code and everything else that the facts depend on beside the
    layer's bytes (the digest of a rule file). ``prepare`` is called once when some layer must be read, before the
    processes that read them are forked: heavy libraries are imported and rules compiled there, so that all share what
    it costs. ``begin`` is called once for each layer. ``facts`` is a frozen dataclass that msgspec can write and read.
    """

    id: str
    scanner: str
    version: str
    begin: Callable[[], Inspecting]
    facts: type
    prepare: Callable[[], object] = _nothing
