"""Which advisories of one package speak of the same problem, and by which name it goes.

A problem is one finding however many databases describe it. Ids that are aliases of each other fold together, but
two CVEs stay two problems unless a CVE itself names the other: an erratum that lists ten CVEs is no eleventh name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scantling.model.advisory import Vulnerability

from .matched import Hit

Find = Callable[[str], Vulnerability | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one package: ``id`` is its best name, ``aliases`` the others, sorted."""

    id: str
    aliases: tuple[str, ...]
    hits: tuple[Hit, ...]


def problems(hits: Sequence[Hit], find: Find) -> tuple[Problem, ...]:
    """The hits of one package, folded by alias, sorted by id."""
    named = [pair for hit in hits for pair in _named(hit, find)]
    groups = _Groups()
    for ids, _ in named:
        for id in ids:
            groups.add(id)
    for ids, _ in sorted(named, key=lambda pair: (pair[0], pair[1].advisory.feed)):
        for other in ids[1:]:
            groups.join(ids[0], other, own_list=_is_cve(ids[0]) and sum(map(_is_cve, ids)) > 1)
    members: dict[str, list[tuple[tuple[str, ...], Hit]]] = {}
    for ids, hit in named:
        members.setdefault(groups.root(ids[0]), []).append((ids, hit))
    found = []
    for group in members.values():
        names = sorted({id for ids, _ in group for id in ids}, key=_rank)
        found.append(Problem(names[0], tuple(sorted(names[1:])), tuple(_once(hit for _, hit in group))))
    return tuple(sorted(found, key=lambda problem: problem.id))


def _named(hit: Hit, find: Find) -> list[tuple[tuple[str, ...], Hit]]:
    """The names under which one hit counts, a CVE first: one set of ids, or one for each CVE of an erratum."""
    id = hit.advisory.id
    ids = {id}
    said = find(id)
    if said is not None:
        ids.update(said.aliases)
        if not any(map(_is_cve, ids)):
            for alias in said.aliases:  # PYSEC names only the GHSA, the GHSA names the CVE
                further = find(alias)
                if further is not None:
                    ids.update(further.aliases)
    others = sorted(ids - {id})
    cves = [other for other in others if _is_cve(other)]
    if _is_cve(id) or not cves:
        return [((id, *others), hit)]
    rest = [other for other in (id, *others) if not _is_cve(other)]
    return [((cve, *rest), hit) for cve in cves]


class _Groups:
    """Union-find that never brings two CVEs together through a third name."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._cve: dict[str, str] = {}

    def add(self, id: str) -> None:
        if id not in self._parent:
            self._parent[id] = id
            if _is_cve(id):
                self._cve[id] = id

    def root(self, id: str) -> str:
        while (above := self._parent[id]) != id:
            self._parent[id] = self._parent[above]
            id = above
        return id

    def join(self, one: str, other: str, own_list: bool) -> None:
        low, high = sorted((self.root(one), self.root(other)), key=_rank)
        if low == high:
            return
        first, second = self._cve.get(low), self._cve.get(high)
        if first and second and not (own_list and _is_cve(one) and _is_cve(other)):
            return
        self._parent[high] = low
        if second and not first:
            self._cve[low] = second


def _once(hits: Iterable[Hit]) -> list[Hit]:
    return list(dict.fromkeys(hits))


def _is_cve(id: str) -> bool:
    return id.startswith("CVE-")


def _rank(id: str) -> tuple[int, str]:
    return (0 if _is_cve(id) else 1 if id.startswith("GHSA-") else 2, id)
