"""A graph of packages that need each other, and what it says of each: asked for or pulled in, and through whom.

Purely of names: what the names are, and where the graph comes from, is ``relate``'s to know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Graph:
    """``needs`` maps every package of one place to those that it needs there. ``asked`` were asked for, ``pulled_in``
    only brought by others. ``unneeded_is_asked``: what nothing needs can only be there because somebody asked."""

    needs: dict[str, set[str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    pulled_in: set[str] = field(default_factory=set)
    unneeded_is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """As of the fields ``direct``, ``dependency_path`` and ``depends_on`` of ``model.package.Package``."""

    direct: bool | None
    path: tuple[str, ...]
    depends_on: tuple[str, ...]


def relations(graph: Graph) -> dict[str, Relation]:
    """What ``graph`` says of each package in it. Paths are shortest ones, and of those always the same."""
    needed = {other for one, others in graph.needs.items() for other in others if other != one}
    unneeded = graph.needs.keys() - needed
    asked = graph.asked & graph.needs.keys()
    if graph.unneeded_is_asked:
        asked |= unneeded - graph.pulled_in
    before: dict[str, str] = {}
    _walk(graph.needs, asked, before)
    _walk(graph.needs, unneeded - before.keys(), before)
    return {
        one: Relation(
            True if one in asked else False if one in graph.pulled_in else None,
            _path(one, before) if one in asked or before.get(one, "") else (),
            tuple(sorted(others - {one})),
        )
        for one, others in graph.needs.items()
    }


def joined(one: Relation, other: Relation) -> Relation:
    """What two places say of one package: asked for in either is asked for; of the paths the shortest."""
    claims = {one.direct, other.direct}
    paths = sorted(filter(None, (one.path, other.path)), key=lambda path: (len(path), path))
    return Relation(
        True if True in claims else False if False in claims else None,
        paths[0] if paths else (),
        tuple(sorted({*one.depends_on, *other.depends_on})),
    )


def _walk(needs: dict[str, set[str]], roots: Iterable[str], before: dict[str, str]) -> None:
    """Breadth first from ``roots``: into ``before``, for each package that it did not hold, whom it was reached from
    ("" for a root)."""
    level = sorted(roots)
    before.update(dict.fromkeys(level, ""))
    while level:
        following = []
        for one in level:
            for other in sorted(needs[one]):
                if other not in before:
                    before[other] = one
                    following.append(other)
        level = following


def _path(one: str, before: dict[str, str]) -> tuple[str, ...]:
    path = [one]
    while one := before[one]:
        path.append(one)
    return tuple(reversed(path))
