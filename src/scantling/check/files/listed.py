"""The listings of all layers, and which of their files a container sees."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scantling.model.evidence_listing import FileNote, ListingFacts

from ..check import Scene


@dataclass(frozen=True, slots=True)
class Listed:
    """One layer's files in columns, sorted by path. ``hidden`` are those that a container does not see. ``text`` is
    ``paths`` with NULs between, to look for a name in all of them at once."""

    number: int
    text: str
    paths: Sequence[str]
    sizes: Sequence[int]
    owner_of: Sequence[int]
    owners: tuple[tuple[int, int], ...]
    groups: tuple[int, ...] | None
    notes: tuple[FileNote, ...]
    hidden: frozenset[str]

    def below(self, prefix: str) -> Iterator[tuple[str, int]]:
        """(path, bytes) of what a container sees under names that begin with ``prefix``."""
        start = bisect_left(self.paths, prefix)
        end = bisect_left(self.paths, prefix + chr(sys.maxunicode), start)
        for index in range(start, end):
            if self.paths[index] not in self.hidden:
                yield self.paths[index], self.sizes[index]

    def containing(self, part: str) -> Iterator[tuple[str, int]]:
        """The same for names that hold ``part``."""
        if part in self.text:
            for path, size in zip(self.paths, self.sizes, strict=True):
                if part in path and path not in self.hidden:
                    yield path, size


def listed(scene: Scene) -> list[Listed]:
    """Those of ``scene`` whose listing is known, lowest first."""
    found = []
    for number, facts in enumerate(scene.evidence("listing", ListingFacts)):
        if facts is None:
            continue
        text = facts.paths.decode()
        paths = text.split("\0") if text else []
        found.append(
            Listed(
                number,
                text,
                paths,
                _numbers("Q", facts.sizes),
                _numbers("I", facts.owner_of),
                facts.owners,
                facts.groups,
                facts.notes,
                frozenset(scene.view.hidden(number, paths)),
            )
        )
    return found


def _numbers(kind: str, data: bytes) -> array[int]:
    numbers = array(kind, data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def in_words(size: int) -> str:
    """Bytes as people say them, in units of 1,000: 950 bytes, 12 kB, 3.4 MB."""
    if size < 1_000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1_000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:.2f} GB"
