"""Who needs whom among the packages of an image, from what their records say. Touches no bytes.

Each place is a graph of its own, since a name means what is installed there: the distribution's packages together, each
lock file, each ``site-packages``, each tree of ``node_modules``. One package in several places gets the sum of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scantling.layers.squash import View
from scantling.model.facts import FileFacts, PackageFact
from scantling.model.package import OS_TYPES, Package

from . import node
from .graph import Graph, Relation, joined, relations

Placed = tuple[FileFacts, PackageFact, str]  # the file, one package that it records, and that package's purl

# what somebody asked for, in files of their own; by analyzer: the type whose packages it speaks of, and what that makes
# of those that it does not name
_MARKS: dict[str, tuple[str, bool | None]] = {
    "apt-marks": ("deb", True),
    "apk-world": ("apk", False),
    "dnf-reasons": ("rpm", None),
    "dnf-history": ("rpm", None),
}
_MANIFESTS = {"npm": "package.json"}  # beside the lock files that do not name what is direct
_SITE = re.compile(r".*(?:site|dist)-packages/")
_PYPI_SEPARATORS = re.compile(r"[-_.]+")
_FOLDED = frozenset({"pypi", "composer", "nuget", "conda", "hex"})
# whose files name what a package needs; where they name nothing, it needs nothing
_TELLING = frozenset({
    "apk", "cargo-lock", "composer-installed", "composer-lock", "dotnet-deps", "dpkg", "gemfile-lock",
    "gemspec", "npm", "npm-lock", "nuget-lock", "pacman", "pdm-lock", "pnpm-lock", "poetry-lock", "python", "rpm",
    "rust-binary", "uv-lock", "yarn-lock",
})  # fmt: skip


def related(
    packages: Sequence[Package], placed: Sequence[Placed], live: Sequence[FileFacts], view: View
) -> list[Package]:
    """``packages`` with ``direct``, ``dependency_path`` and ``depends_on`` where something tells."""
    known: dict[str, Relation] = {}
    for graph in _graphs({package.purl for package in packages}, placed, live, view):
        for purl, relation in relations(graph).items():
            known[purl] = joined(known[purl], relation) if purl in known else relation
    return [package if (said := known.get(package.purl)) is None else _told(package, said) for package in packages]


def _told(package: Package, relation: Relation) -> Package:
    return replace(
        package,
        # what an OS package brought was not asked for by this name
        direct=None if package.os_owned else relation.direct,
        dependency_path=relation.path,
        depends_on=relation.depends_on,
    )


def _graphs(kept: set[str], placed: Sequence[Placed], live: Sequence[FileFacts], view: View) -> Iterable[Graph]:
    manifests = {facts.path: facts.asked for facts in live if facts.asked}
    places: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    trees: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        facts, fact, purl = one
        if purl not in kept or facts.analyzer not in _TELLING:
            continue
        if facts.analyzer == "npm":
            trees[node.root(facts.path)].append(one)
        else:
            places[_place(facts, fact)].append(one)
    for (type_, where), members in places.items():
        graph = _by_name(members, type_)
        if type_ in OS_TYPES:
            _mark(graph, members, type_, live)
        else:
            graph.unneeded_is_asked = True
            folder = where[: where.rfind("/") + 1]
            _ask(graph, members, manifests.get(f"{folder}{_MANIFESTS[type_]}", ()) if type_ in _MANIFESTS else ())
        yield graph
    for root, members in trees.items():
        yield node.graph(members, manifests.get(f"{root}package.json", ()), view)


def _place(facts: FileFacts, fact: PackageFact) -> tuple[str, str]:
    """Which packages are told apart by name together with ``fact``: its type, and a path where that matters."""
    if fact.type in OS_TYPES:
        return fact.type, ""
    if fact.declared or len(facts.packages) > 1:
        return fact.type, facts.path
    site = _SITE.match(facts.path) if fact.type == "pypi" else None
    return fact.type, site[0] if site is not None else ""


def _by_name(members: Iterable[Placed], type_: str) -> Graph:
    members = list(members)
    fold = _fold if type_ in _FOLDED else str
    named: dict[str, list[tuple[str, str]]] = defaultdict(list)
    exact: dict[str, str] = {}
    for _, fact, purl in members:
        named[fold(fact.name)].append((fact.arch, purl))
        exact[f"{fold(fact.name)} {fact.version}"] = purl
    graph = Graph()
    for _, fact, purl in members:
        needs = graph.needs.setdefault(purl, set())
        for need in fact.depends:
            needs.update(_meant(fold(need), fact.arch, named, exact))
        if fact.direct:
            graph.asked.add(purl)
        elif fact.direct is False:
            graph.pulled_in.add(purl)
    graph.pulled_in -= graph.asked
    return graph


def _meant(need: str, arch: str, named: dict[str, list[tuple[str, str]]], exact: dict[str, str]) -> list[str]:
    """The packages here that a dependency means: the one of that version, else all of that name, of the same
    architecture where there are such."""
    if need in exact:
        return [exact[need]]
    found = named.get(need) or named.get(need.rpartition(" ")[0], [])
    return [purl for other, purl in found if other == arch] or [purl for _, purl in found]


def _mark(graph: Graph, members: Iterable[Placed], type_: str, live: Iterable[FileFacts]) -> None:
    for facts in live:
        marked, others = _MARKS.get(facts.analyzer, ("", None))
        if marked != type_:
            continue
        asked, pulled_in = frozenset(facts.asked), frozenset(facts.pulled_in)
        for _, fact, purl in members:
            claim = True if fact.name in asked else False if fact.name in pulled_in else others
            if claim is not None:
                (graph.asked if claim else graph.pulled_in).add(purl)
    graph.pulled_in -= graph.asked


def _ask(graph: Graph, members: Iterable[Placed], asked: Iterable[str]) -> None:
    """What the manifest beside a lock file asks for by name; of a name with several versions, none can be told."""
    named: dict[str, set[str]] = defaultdict(set)
    for _, fact, purl in members:
        named[_fold(fact.name) if fact.type in _FOLDED else fact.name].add(purl)
    wanted = [purls for name in asked if (purls := named.get(name))]
    if wanted:
        graph.asked.update(purl for purls in wanted if len(purls) == 1 for purl in purls)
        several = {purl for purls in wanted if len(purls) > 1 for purl in purls}
        graph.pulled_in |= {other for others in graph.needs.values() for other in others} - graph.asked - several


def _fold(name: str) -> str:
    return _PYPI_SEPARATORS.sub("-", name).lower()
