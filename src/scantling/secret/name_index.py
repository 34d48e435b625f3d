"""Tells files whose name some glob may mean from all others: a question asked of every file, so without expressions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameIndex:
    """What globs (as ``places.matcher`` reads them) leave to look up: whole last names, the ends of names, and what
    stands in a path after a slash."""

    names: frozenset[str]
    ends: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    def of(cls, globs: Iterable[str]) -> NameIndex:
        """The index of ``globs``."""
        names, ends, parts = set(), set(), set()
        for glob in globs:
            before, star, after = glob.rpartition("*")
            if not star:
                names.add(glob.rpartition("/")[2])
            elif after:
                ends.add(after)
            else:
                parts.add("/" + before.partition("*")[0])
        return cls(frozenset(names), tuple(sorted(ends)), tuple(sorted(parts)))

    def may_hold(self, path: str) -> bool:
        """False only if no glob means ``path``."""
        if path.endswith(self.ends) or path[path.rfind("/") + 1 :] in self.names:
            return True
        slashed = f"/{path}"
        for part in self.parts:  # noqa: SIM110 - of every file: a generator costs twice as much
            if part in slashed:
                return True
        return False
