"""What is found in the bytes of files is found in every layer: which of its sightings is told, and how."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .check import Scene

_HIDDEN = (
    "A later layer deletes or replaces the file: a running container does not show it, but whoever has the image"
    " can read it."
)


class Located(Protocol):
    """A fact about one file of a layer."""

    @property
    def path(self) -> str: ...


_F = TypeVar("_F", bound=Located)


@dataclass(frozen=True, slots=True)
class Sighting(Generic[_F]):
    """``fact`` in layer number ``layer``; ``live``: a container sees that layer's file."""

    fact: _F
    layer: int
    live: bool

    def title(self, text: str) -> str:
        """``text`` with the remark that the file is gone, where it is."""
        return text if self.live else f"{text} (deleted or overwritten later)"

    def description(self, text: str) -> str:
        """``text``, behind what it means that the file is gone, where it is."""
        return " ".join(part for part in ("" if self.live else _HIDDEN, text) if part)


def sightings(scene: Scene, layers: Iterable[Iterable[_F]], key: Callable[[_F], Hashable]) -> Iterator[Sighting[_F]]:
    """One of all facts with the same ``key``: that in the layer which a container shows, or else in the lowest.
    ``layers`` are the facts of each layer, lowest first."""
    best: dict[Hashable, Sighting[_F]] = {}
    for index, facts in enumerate(layers):
        for fact in facts:
            # a member of an archive is there where the archive is
            live = scene.is_live(index, fact.path) or scene.is_live(index, fact.path.partition("!/")[0])
            name = key(fact)
            if name not in best or (live and not best[name].live):
                best[name] = Sighting(fact, index, live)
    yield from best.values()
