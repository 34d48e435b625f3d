"""What an editor of a manifest is given and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scantling.db.names import fold


@dataclass(frozen=True, slots=True)
class Wanted:
    """``version`` is the one to go to from ``installed``. ``is_one`` is whether it is the only copy of the package in
    the image: a rule for the whole tree would mean the others too."""

    name: str
    installed: str
    version: str
    is_one: bool = True


@dataclass(frozen=True, slots=True)
class Edited:
    """``text`` with the changes made; ``done`` are the names (as in ``Wanted``) that the manifest now asks for at the
    new version, ``notes`` what to mind."""

    text: str
    done: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Progress:
    """What an editor collects on its way."""

    done: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def edited(self, text: str) -> Edited:
        return Edited(text, frozenset(self.done), tuple(self.notes))


def folded(wanted: Mapping[str, Wanted]) -> dict[str, Wanted]:
    """By the name as PyPI compares names."""
    return {fold("pypi", name): one for name, one in wanted.items()}
