"""Digests of the files that packages own, beside what the packages' records say they should be.

The records of a system come after most files in a layer, so that files are digested before it is known whether anything
is recorded of them. Which digest that will be is told from the first path that only one kind of system has; until then
all three are computed. What the layer's own records confirm is not kept twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scantling.guard import limits
from scantling.layers.entry import Entry, Kind
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.evidence_integrity import (
    DIVERSIONS,
    SUM_BYTES,
    IntegrityFacts,
    ProgramFact,
    RecordedSums,
    sums_of,
)

from .failure import gap_of
from .inspector import Inspecting
from .program_kind import PROGRAM_STARTS, kind_of
from .records import apk, dpkg, python, rpm
from .records.stated import PACKAGES_DIRECTORY, Stated, is_python, is_system

_READERS = (dpkg, apk, rpm, python)
_ALL = ("md5", "sha1", "sha256")
# a path that begins with one of these is of one kind of system alone; told before most of usr/ in an archive's order.
# Signs of two kinds: both digests from there on.
_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("md5", ("etc/debian_version", "etc/apt/", "etc/dpkg/", "usr/share/doc/libc6/", "var/lib/dpkg/")),
    ("sha1", ("etc/alpine-release", "etc/apk/", "lib/apk/", "usr/lib/apk/", "lib/ld-musl-")),
    ("sha256", ("etc/rpm/", "etc/redhat-release", "etc/dnf/", "etc/zypp/", "usr/lib64/", "var/lib/rpm/",
                "usr/lib/sysimage/rpm/")),
)  # fmt: skip
_HASHES: dict[str, Any] = {"md5": hashlib.md5, "sha1": hashlib.sha1, "sha256": hashlib.sha256}
_OF_NOTHING = {name: new(usedforsecurity=False).digest()[:SUM_BYTES] for name, new in _HASHES.items()}
# how the names of records end: asked before anything else, of every file
_RECORD_ENDS = (".md5sums", "/RECORD", "db/installed", "rpmdb.sqlite", "/Packages.db", "/Packages", DIVERSIONS)
_LOADER = "usr/lib64/ld-"  # Debian has the loader there, and nothing else
_SIGN_STARTS = tuple(start for _, starts in _SIGNS for start in starts)


def begin() -> Inspecting:
    return _Looking()


@dataclass(slots=True)
class _Reading:
    """The file whose bytes are coming: what it is digested by, its bytes so far if it is a record."""

    algorithms: tuple[str, ...] = ()
    record: bytearray | None = None
    hashers: tuple[tuple[str, Any], ...] = ()


@dataclass(slots=True)
class _Looking:
    algorithms: tuple[str, ...] = _ALL
    signs: tuple[str, ...] = ()
    sums: dict[str, dict[str, bytes]] = field(default_factory=lambda: {name: {} for name in _ALL})
    links: dict[str, str] = field(default_factory=dict)
    stated: list[Stated] = field(default_factory=list)
    diversions: tuple[tuple[str, str, str], ...] = ()
    programs: dict[str, ProgramFact] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    reading: _Reading = field(default_factory=_Reading)

    def wants(self, entry: Entry, head: bytes) -> bool:
        path = entry.path
        if path.startswith(_SIGN_STARTS) and len(self.signs) < len(_ALL):
            self._note_sign(path)
        kind = entry.kind
        if kind is not Kind.FILE:
            if kind is Kind.HARDLINK and is_system(path):
                self.links[path] = entry.link
            return False
        if head.startswith(PROGRAM_STARTS) and (what := kind_of(path, entry.mode, head)):
            self.programs[path] = ProgramFact(path, entry.size, what)
        algorithms = (
            self._algorithms(path) if PACKAGES_DIRECTORY in path else self.algorithms if is_system(path) else ()
        )
        if not entry.size:
            for name in algorithms:
                self.sums[name][path] = _OF_NOTHING[name]
            return False
        is_record = path.endswith(_RECORD_ENDS) and self._is_record(path, entry.size)
        if not algorithms and not is_record:
            return False
        self.reading = _Reading(algorithms, bytearray() if is_record else None)
        return True

    def _note_sign(self, path: str) -> None:
        name = next(name for name, starts in _SIGNS if path.startswith(starts))
        if name not in self.signs and not path.startswith(_LOADER):
            self.signs = self.algorithms = (*self.signs, name)

    def _algorithms(self, path: str) -> tuple[str, ...]:
        """Those for a file among Python's packages."""
        if not is_python(path):
            return self.algorithms if is_system(path) else ()
        # below usr/lib both the system and an installer of Python's put modules
        if not path.startswith("usr/lib") or "sha256" in self.algorithms:
            return ("sha256",)
        return (*self.algorithms, "sha256")

    def _is_record(self, path: str, size: int) -> bool:
        if path != DIVERSIONS and not any(reader.wants(path) for reader in _READERS):
            return False
        if size > limits.DATABASE_FILE_BYTES:
            self.gaps.append(Gap("limit-reached", path, f"more than {limits.DATABASE_FILE_BYTES} bytes: not compared"))
            return False
        return True

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:
        reading = self.reading
        if not offset and last:  # nearly always: no need to keep anything between pieces
            for name in reading.algorithms:
                self.sums[name][entry.path] = _HASHES[name](data, usedforsecurity=False).digest()[:SUM_BYTES]
        else:
            self._go_on(entry.path, data, offset, last)
        if reading.record is not None:
            reading.record += data
            if last:
                self._read(entry.path, bytes(reading.record))

    def _go_on(self, path: str, data: bytes, offset: int, last: bool) -> None:
        reading = self.reading
        if not offset:
            reading.hashers = tuple((name, _HASHES[name](usedforsecurity=False)) for name in reading.algorithms)
        for name, hasher in reading.hashers:
            hasher.update(data)
            if last:
                self.sums[name][path] = hasher.digest()[:SUM_BYTES]

    def _read(self, path: str, data: bytes) -> None:
        if path == DIVERSIONS:
            self.diversions = dpkg.diversions(data)
            return
        reader = next(reader for reader in _READERS if reader.wants(path))
        try:
            self.stated.extend(reader.read(path, data))
        except Malformed as error:
            self.gaps.append(gap_of("integrity", path, error))

    def finish(self) -> tuple[IntegrityFacts, tuple[Gap, ...]]:
        for path, target in self.links.items():
            for sums in self.sums.values():
                if target in sums:
                    sums[path] = sums[target]
        confirmed: set[str] = set()
        records = [self._compared(stated, confirmed) for stated in self.stated]
        named = {path for record in records for sums in (record.held, record.open) for path in sums.split()}
        loose = {name: {p: s for p, s in sums.items() if p not in confirmed} for name, sums in self.sums.items()}
        return (
            IntegrityFacts(
                tuple(sorted(records, key=lambda record: (record.path, record.type, record.owner, record.algorithm))),
                {name: sums_of(sums) for name, sums in loose.items() if sums},
                tuple(sorted(program for path, program in self.programs.items() if path not in named)),
                tuple(sorted(self.diversions)),
            ),
            tuple(sorted(set(self.gaps))),
        )

    def _compared(self, stated: Stated, confirmed: set[str]) -> RecordedSums:
        found = self.sums[stated.algorithm]
        held: dict[str, bytes] = {}
        open_: dict[str, bytes] = {}
        moved = {path: to for path, to, package in self.diversions if package != stated.owner}
        for path, digest in stated.sums.items():
            place = next((name for name in _spellings(moved.get(path, path)) if name in found), "")
            if place and found[place] == digest[:SUM_BYTES]:
                held[place] = digest
            else:
                open_[moved.get(path, path)] = digest
        confirmed.update(held)
        return RecordedSums(stated.path, stated.type, stated.owner, stated.algorithm, sums_of(held), sums_of(open_))


def _spellings(path: str) -> Iterable[str]:
    """The names under which a layer of a system with merged /usr may have what is recorded as ``path``."""
    yield path
    yield path[4:] if path.startswith("usr/") else f"usr/{path}"
