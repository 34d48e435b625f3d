"""Layers' trees, lowest first, as one tree: which layer's entry a container would see at a path.

The rules are those by which overlayfs and containerd put layers on top of each other: an entry replaces what was at
its path, and a non-directory takes the whole subtree with it; a path below a lower layer's symlink lands where the
link points, inside the root; whiteouts and opaques hide lower layers only. No merged tree is built: look-ups go
through the layers from the top, since only some thousand paths of a large image are ever asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from scantling.guard.limits import PATH_BYTES, SYMLINK_HOPS
from scantling.model.facts import LayerTree

_PARENTS = re.compile(r"([^\0]*)/[^\0/]*")


class View:
    """The squashed tree. Paths have no leading slash; "" is the root."""

    def __init__(self, trees: Sequence[LayerTree]) -> None:
        self._layers: list[_Layer] = []
        self._links: set[str] = set()  # wherever any layer has a symlink
        self._covers: tuple[dict[str, int], dict[str, int]] = ({}, {})  # ``_highest``, once asked
        for tree in trees:
            layer = _Layer(tree)
            self._links.update(layer.symlinks)
            self._layers.append(layer)
            self._place(layer)

    def provider(self, path: str) -> int | None:
        """The index of the layer whose entry is live at ``path``; None where there is nothing.

        Symlinks in the directories of ``path`` are followed, ``path`` itself is not: a link's provider is the layer
        that brought the link. For a hard link it is the layer of the hard link (``hardlink_source`` has the content).
        """
        place = self._canonical(path, len(self._layers))
        return None if place is None else self._provider(place, len(self._layers))

    def provides(self, index: int, path: str) -> bool:
        """Whether what layer ``index`` calls ``path`` is live. Exact even where a lower layer's directory of that
        name has since become a link to another."""
        place = self._layers[index].placed(path)
        return self._provider(place, len(self._layers)) == index

    def hidden(self, index: int, paths: Iterable[str]) -> set[str]:
        """Those of ``paths``, as layer ``index`` calls them, that are not live: ``provides`` for very many at once.
        Nearly all names of a layer are touched by no layer above, which two look-ups tell."""
        above, own = self._layers[index + 1 :], self._layers[index]
        if not above and not own.moves():
            return set(paths) - own.files - own.dirs
        here, tree = self._highest()
        files, moved = own.files, own.moves()
        touched: dict[str, bool] = {"": tree.get("", -1) > index}

        def is_touched(directory: str) -> bool:
            unknown = []
            while directory not in touched:  # no recursion: paths may be 2,000 directories deep
                unknown.append(directory)
                directory = directory[: max(directory.rfind("/"), 0)]
            answer = touched[directory]
            for name in reversed(unknown):
                # below what is no directory in its own layer, too
                answer = touched[name] = answer or tree.get(name, -1) > index or name in files
            return answer

        found = set()
        for path in paths:
            place = own.placed(path) if moved else path
            directory = place[: max(place.rfind("/"), 0)]
            known = touched[directory] if directory in touched else is_touched(directory)
            if (known or here.get(place, -1) > index) and not self.provides(index, path):
                found.add(path)
        return found

    def _highest(self) -> tuple[dict[str, int], dict[str, int]]:
        """The highest layer that has or removes a name, and the highest that takes away its whole subtree."""
        here, tree = self._covers
        if not here:
            for index, layer in enumerate(self._layers):
                for names in (layer.files, layer.dirs, layer.parents, layer.whiteouts):
                    here.update(dict.fromkeys(names, index))
                for names in (layer.files, layer.whiteouts, layer.opaques):
                    tree.update(dict.fromkeys(names, index))
        return here, tree

    def name_in(self, index: int, place: str) -> str:
        """What layer ``index`` itself calls the entry that lands at ``place``: another name where it goes through a
        lower layer's symlink."""
        return self._layers[index].named().get(place, place)

    def link_at(self, path: str) -> str | None:
        """Where the live symlink at ``path`` points, as it says itself; None where there is no symlink."""
        place = self._canonical(path, len(self._layers))
        return None if place is None or place not in self._links else self._link_at(place, len(self._layers))

    def resolve(self, path: str) -> str | None:
        """Where ``path`` leads with all symlinks followed inside the root; None for nothing or over 40 hops."""
        place = self._canonical(path, len(self._layers), last=True)
        if place is None or (place and self._provider(place, len(self._layers)) is None):
            return None
        return place

    def hardlink_source(self, path: str) -> tuple[int, str] | None:
        """The layer and the name under which the bytes of the live entry at ``path`` were stored.

        For anything but a hard link that is the entry itself. Links are followed within their layer first, then to
        what lower layers had there. None where nothing is live or the link leads nowhere.
        """
        top = len(self._layers)
        for _ in range(SYMLINK_HOPS):
            place = self._canonical(path, top)
            index = None if place is None else self._provider(place, top)
            if place is None or index is None:
                return None
            target = self._layers[index].hardlinks.get(place)
            if target is None:
                return index, place
            path, top = target, index + 1
        return None

    def _provider(self, path: str, top: int) -> int | None:
        above = _ancestors(path)
        implied: int | None = None
        for index in range(top - 1, -1, -1):
            layer = self._layers[index]
            if path in layer.files:
                return index if implied is None else implied
            if path in layer.dirs:
                return index
            if path in layer.parents:
                implied = index
            if path in layer.whiteouts:
                return implied
            for ancestor in above:
                if ancestor in layer.files or ancestor in layer.whiteouts or ancestor in layer.opaques:
                    return implied
            if "" in layer.opaques:
                return implied
        return implied

    def _canonical(self, path: str, top: int, *, last: bool = False) -> str | None:
        """``path`` with the symlinks among its directories (and ``last``: itself) followed in the lowest ``top``
        layers, whether or not it exists; None over 40 hops."""
        links = self._links
        if not (last and path in links) and links.isdisjoint(_ancestors(path)) and "/." not in path and path[:1] != ".":
            return path
        done: list[str] = []
        todo = path.split("/")[::-1]
        hops = 0
        while todo:
            part = todo.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if done:
                    done.pop()
                continue
            here = "/".join((*done, part))
            target = self._link_at(here, top) if (todo or last) and here in links else None
            if target is None:
                done.append(part)
                continue
            hops += 1
            if hops > SYMLINK_HOPS or len(target) > PATH_BYTES:
                return None
            if target.startswith("/"):
                done = []
            todo.extend(target.split("/")[::-1])
        return "/".join(done)

    def _link_at(self, path: str, top: int) -> str | None:
        index = self._provider(path, top)
        return None if index is None else self._layers[index].symlinks.get(path)

    def _place(self, layer: _Layer) -> None:
        """Move the entries that this layer names through a symlink to where they land, as unpacking would."""
        top = len(self._layers)
        parents, layer.parents = layer.parents, frozenset()  # a name below a link is no sign of a directory there
        through = {path for path in (parents | layer.touched()) & self._links if path not in layer.dirs}
        roots = frozenset(path for path in through if self._link_at(path, top) is not None)
        if not roots:
            layer.parents = parents
            return
        landing: dict[str, str | None] = {}

        def land(path: str) -> str:
            slash = path.rfind("/")
            if slash < 0:
                return path
            directory = path[:slash]
            if directory not in landing:
                straight = directory not in roots and roots.isdisjoint(_ancestors(directory))
                landing[directory] = None if straight else self._canonical(directory, top, last=True)
            place = landing[directory]
            if place is None:
                return path
            return place + path[slash:] if place else path[slash + 1 :]

        layer.move(land)
        self._links.update(layer.symlinks)


class _Layer:
    """One layer's names as sets, at the places where they land."""

    __slots__ = ("_moved", "_named", "dirs", "files", "hardlinks", "opaques", "parents", "symlinks", "whiteouts")

    def __init__(self, tree: LayerTree) -> None:
        files, dirs = tree.files.decode(), tree.dirs.decode()
        self.files = frozenset(files.split("\0")) if files else frozenset()
        self.dirs = frozenset(dirs.split("\0")) if dirs else frozenset()
        self.symlinks = tree.symlinks or {}
        self.hardlinks = tree.hardlinks or {}
        self.whiteouts = frozenset(tree.whiteouts)
        self.opaques = frozenset(tree.opaques)
        self.parents = _with_ancestors({*_PARENTS.findall(files), *_PARENTS.findall(dirs)})
        self._moved: dict[str, str] = {}
        self._named: dict[str, str] = {}

    def touched(self) -> frozenset[str]:
        """Directories that whiteouts and opaques reach into."""
        return _with_ancestors({path.rpartition("/")[0] for path in self.whiteouts} | self.opaques)

    def placed(self, path: str) -> str:
        return self._moved.get(path, path)

    def named(self) -> dict[str, str]:
        """The layer's own names of what lands elsewhere, by the place where it lands."""
        if self._moved and not self._named:
            self._named = {place: path for path, place in self._moved.items()}
        return self._named

    def moves(self) -> bool:
        """Whether any name of this layer lands elsewhere."""
        return bool(self._moved)

    def move(self, land: Callable[[str], str]) -> None:
        for path in (*self.files, *self.dirs):
            place = land(path)
            if place != path:
                self._moved[path] = place
        moved = self._moved
        self.files = frozenset(moved.get(path, path) for path in self.files)
        self.dirs = frozenset(moved.get(path, path) for path in self.dirs)
        self.symlinks = {moved.get(path, path): target for path, target in self.symlinks.items()}
        self.hardlinks = {moved.get(path, path): target for path, target in self.hardlinks.items()}
        self.whiteouts = frozenset(map(land, self.whiteouts))
        self.opaques = frozenset(land(path + "/")[:-1] if path else "" for path in self.opaques)
        names = [path.rpartition("/")[0] for path in (*self.files, *self.dirs)]
        self.parents = _with_ancestors(set(names) - {""})


def squash(trees: Sequence[LayerTree]) -> View:
    """The view of an image's layers, lowest first."""
    return View(trees)


def _ancestors(path: str) -> list[str]:
    """Every directory above ``path`` but the root, nearest first."""
    found: list[str] = []
    slash = path.rfind("/")
    while slash > 0:
        path = path[:slash]
        found.append(path)
        slash = path.rfind("/")
    return found


def _with_ancestors(directories: set[str]) -> frozenset[str]:
    todo = list(directories)
    while todo:
        parent = todo.pop().rpartition("/")[0]
        if parent and parent not in directories:
            directories.add(parent)
            todo.append(parent)
    directories.discard("")
    return frozenset(directories)
