"""Trees of ``node_modules``: a name means what Node.js would load, so that each package is looked for by its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scantling.layers.squash import View
from scantling.model.facts import FileFacts, PackageFact

from .graph import Graph

_MARK = "node_modules/"
_MANIFEST = "/package.json"
_DEEPEST = 64  # directories that one name is looked for in
_STORES = ("node_modules/.pnpm/", "node_modules/.store/")  # where the packages lie that the others are links to


def root(path: str) -> str:
    """The directory ("" or with a slash at the end) in which the tree lies that the manifest at ``path`` is part of."""
    return path[: path.find(_MARK)] if _MARK in path else ""


def graph(members: Sequence[tuple[FileFacts, PackageFact, str]], asked: Sequence[str], view: View) -> Graph:
    """The graph of one tree, of which the manifest beside it asks for ``asked``: by name where there are several
    versions of one, the one at the top. Without a manifest, what nothing needs was asked for."""
    at = {facts.path: purl for facts, _, purl in members}
    linked = any(store in path for path in at for store in _STORES)
    tree = Graph(unneeded_is_asked=not asked)

    def load(name: str, folders: Iterable[str]) -> str | None:
        for folder in folders:
            path = f"{folder}{name}{_MANIFEST}"
            if path in at:
                return at[path]
            if linked and (real := view.resolve(path)) is not None and real in at:
                return at[real]
        return None

    for facts, fact, purl in members:
        folders = _folders(facts.path)
        found = (load(need, folders) for need in fact.depends)
        tree.needs.setdefault(purl, set()).update(other for other in found if other is not None)
    if asked:
        top = [f"{root(members[0][0].path)}{_MARK}"]
        tree.asked = {direct for name in asked if (direct := load(name, top)) is not None}
        needed = {other for others in tree.needs.values() for other in others}
        tree.pulled_in = needed - tree.asked
    return tree


def _folders(manifest: str) -> list[str]:
    """The ``node_modules`` that the package of ``manifest`` loads from: its own, then those above it."""
    folders = [manifest.removesuffix("package.json") + _MARK]
    at = manifest.rfind(_MARK)
    while at >= 0 and len(folders) < _DEEPEST:
        folders.append(manifest[: at + len(_MARK)])
        at = manifest.rfind(_MARK, 0, at)
    return folders
