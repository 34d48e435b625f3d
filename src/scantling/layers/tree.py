"""What a layer adds and removes, gathered while it is walked. Whiteouts are recognised here and nowhere else.

OCI image-spec, layer.md: ``.wh.NAME`` removes NAME, ``.wh..wh..opq`` hides what lower layers put into its directory.
Neither touches what the same layer adds, wherever in the archive it stands.
"""

from __future__ import annotations

from scantling.model.coverage import Gap
from scantling.model.facts import LayerTree

from .entry import Entry, Kind

_PREFIX = ".wh."
_OPAQUE = ".wh..wh..opq"
_BOOKKEEPING = ".wh..wh."  # aufs: .wh..wh.aufs, .wh..wh.plnk, .wh..wh.orph
_GAPS = 20


class TreeBuilder:
    """Add every entry of a layer in archive order, then ``build``; ``gaps`` holds what could not be honoured."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self._entries: dict[str, int] = {}  # path -> order of its last entry * 2 + whether it is a directory
        self._symlinks: dict[str, str] = {}
        self._hardlinks: dict[str, str] = {}
        self._whiteouts: dict[str, None] = {}
        self._opaques: dict[str, None] = {}
        self._parents: set[str] = set()
        self._replaced: dict[str, int] = {}  # directories that a later non-directory entry took the place of
        self._order = 0

    def add(self, entry: Entry) -> None:
        """Take note of one entry. The last one of a name wins, as it does when the layer is unpacked."""
        path = entry.path
        kind = entry.kind
        slash = path.rfind("/")
        if path.startswith(_PREFIX, slash + 1):
            self._remove(path, slash)
            return
        self._order += 1
        if slash > 0 and (parent := path[:slash]) not in self._parents:
            self._note_parents(parent)
        if path in self._entries:
            self._symlinks.pop(path, None)
            self._hardlinks.pop(path, None)
        if kind is Kind.DIR:
            self._entries[path] = self._order * 2 + 1
            return
        if path in self._parents:
            self._replaced[path] = self._order
        self._entries[path] = self._order * 2
        if kind is Kind.SYMLINK:
            self._symlinks[path] = entry.link
        elif kind is Kind.HARDLINK:
            self._hardlinks[path] = entry.link

    def build(self) -> LayerTree:
        """The tree: sorted, so that it is the same for the same layer."""
        if self._replaced:
            self._drop_replaced()
        files = sorted(path for path, mark in self._entries.items() if not mark & 1)
        dirs = sorted(path for path, mark in self._entries.items() if mark & 1)
        return LayerTree(
            "\0".join(files).encode(),
            "\0".join(dirs).encode(),
            dict(sorted(self._symlinks.items())),
            dict(sorted(self._hardlinks.items())),
            tuple(sorted(self._whiteouts)),
            tuple(sorted(self._opaques)),
        )

    def _remove(self, path: str, slash: int) -> None:
        directory, base = path[: max(slash, 0)], path[slash + 1 :]
        if base == _OPAQUE:
            self._opaques[directory] = None
            return
        if base.startswith(_BOOKKEEPING):
            return
        name = base[len(_PREFIX) :]
        if name in {"", ".", ".."}:
            # containerd refuses such a layer, because the name would remove the directory itself or its parent;
            # here it removes nothing, and what the layer meant is not known
            if len(self.gaps) < _GAPS:
                self.gaps.append(Gap("bad-whiteout", path, "a whiteout that names no file; it was ignored"))
            return
        self._whiteouts[f"{directory}/{name}" if directory else name] = None

    def _note_parents(self, parent: str) -> None:
        parents = self._parents
        while parent and parent not in parents:
            parents.add(parent)
            parent = parent[: max(parent.rfind("/"), 0)]

    def _drop_replaced(self) -> None:
        """A file or link over a directory takes everything with it that stood there before."""
        replaced = self._replaced
        for path, mark in list(self._entries.items()):
            order = mark >> 1
            slash = path.rfind("/")
            while slash > 0:
                if replaced.get(path[:slash], 0) > order:
                    del self._entries[path]
                    self._symlinks.pop(path, None)
                    self._hardlinks.pop(path, None)
                    break
                slash = path.rfind("/", 0, slash)
