"""Opens, bounds and catches, so that analyzers need not: entries of one layer in, ``LayerFacts`` out.

The one place where an analyzer's crash is turned into a ``Gap``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from scantling.guard.limits import INSPECTED_HEAD
from scantling.layers.entry import Entry, Kind
from scantling.layers.tree import TreeBuilder
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, LayerFacts, LayerTree

from . import lock_files
from .dispatch import NOTHING_SKIPPED, Dispatcher, Skip
from .executables import ELF, HEAD_BYTES, Executables
from .failure import gap_of
from .inspections import Inspections
from .inspector import Inspector
from .plugin import Analyzer, FileView

_SMALLEST_BINARY = 1024  # no ELF, PE or Mach-O that carries package data is smaller


@dataclass(slots=True)
class Inspection:
    """What has been learned so far of one layer. ``owed`` maps a file whose bytes went by unread to the hard links
    that an analyzer wants it under: a second walk with ``again`` pays it."""

    files: list[FileFacts] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    entries: int = 0
    tree: LayerTree = field(default_factory=LayerTree)
    owed: dict[str, list[str]] = field(default_factory=dict)
    binaries: bytes = b""
    scripts: bytes = b""
    lock_files: dict[str, bool] = field(default_factory=dict)  # path -> does an analyzer want it
    inspections: Inspections | None = None

    def facts(self, diff_id: str, size: int) -> LayerFacts:
        """The finished facts, once; sorted, so that equal layers give equal bytes."""
        files = tuple(sorted(self.files, key=lambda f: (f.path, f.analyzer)))
        # what concerns the archive as a whole has no path: it is about this layer
        gaps = {gap if gap.where else replace(gap, where=diff_id or "/") for gap in self.gaps}
        failed = {gap.where for gap in gaps}
        unread = tuple(path for path, wanted in self.lock_files.items() if not wanted or path in failed)
        return LayerFacts(
            diff_id,
            size,
            self.entries,
            self.tree,
            files,
            tuple(sorted(gaps)),
            self.binaries,
            self.scripts,
            tuple(self.lock_files),
            unread,
            () if self.inspections is None else self.inspections.evidence(diff_id),
        )


def inspect(
    entries: Iterable[Entry | Gap],
    dispatcher: Dispatcher,
    skip: Skip = NOTHING_SKIPPED,
    tick: Callable[[], None] = lambda: None,
    inspectors: Sequence[Inspector] = (),
) -> Inspection:
    """Walk a layer once. ``tick`` is called every few thousand entries and may raise to stop (deadlines)."""
    found = Inspection()
    inspections = Inspections(inspectors)
    inspecting = bool(inspections)
    builder = TreeBuilder()
    links: list[tuple[str, str]] = []
    skipping = bool(skip)
    executables = Executables()
    head_bytes = max(dispatcher.magic_bytes, HEAD_BYTES, INSPECTED_HEAD if inspecting else 0)
    count = 0
    for entry in entries:
        if isinstance(entry, Gap):
            found.gaps.append(entry)
            continue
        count += 1
        if not count & 0xFFF:
            tick()
        builder.add(entry)
        kind = entry.kind
        if skipping and skip.covers(entry.path):
            continue
        if kind is Kind.FILE:
            path = entry.path
            head = entry.head(head_bytes)
            takers = inspections.offer(entry, head) if inspecting else None
            wanted = dispatcher.for_path(path)
            if entry.size >= _SMALLEST_BINARY:
                if entry.mode & 0o111 or head.startswith(ELF):
                    executables.note(entry, head)
                if more := dispatcher.for_magic(head):
                    wanted = tuple(dict.fromkeys(wanted + more))
            elif entry.mode & 0o111:
                executables.note(entry, head)
            data = _extract(entry, [(path, wanted)], found) if wanted else None
            if takers:
                inspections.hand(takers, entry, data)
            continue
        if inspecting:
            inspections.offer(entry, b"")
        if kind is Kind.HARDLINK and dispatcher.for_path(entry.path):
            links.append((entry.link, entry.path))
    for target, path in links:
        found.owed.setdefault(target, []).append(path)
    found.entries = count
    found.tree = builder.build()
    found.gaps.extend(builder.gaps)
    found.binaries, found.scripts = executables.binaries(), executables.scripts()
    found.inspections = inspections
    found.lock_files = {path: _is_read(path, found.tree, dispatcher) for path in lock_files.find(found.tree.files)}
    return found


def _is_read(path: str, tree: LayerTree, dispatcher: Dispatcher) -> bool:
    read = lock_files.stands_for(path)
    there = read == path or b"\0%b\0" % read.encode() in b"\0%b\0" % tree.files
    return there and bool(dispatcher.for_path(read))


def again(entries: Iterable[Entry | Gap], dispatcher: Dispatcher, found: Inspection) -> None:
    """A second walk, for the bytes that only a hard link's name made interesting (content-addressed stores)."""
    owed = found.owed
    for entry in entries:
        if not isinstance(entry, Gap) and entry.kind is Kind.FILE and (paths := owed.pop(entry.path, None)):
            _extract(entry, [(path, dispatcher.for_path(path)) for path in paths], found)
            if not owed:
                return
    declare_owed(found)


def declare_owed(found: Inspection) -> None:
    """What is still owed cannot be had: say so."""
    for target, paths in sorted(found.owed.items()):
        found.gaps.extend(
            Gap("unreadable-file", path, f"hard link to {target}, whose content is not in this layer") for path in paths
        )
    found.owed.clear()


def _extract(entry: Entry, names: list[tuple[str, tuple[Analyzer, ...]]], found: Inspection) -> bytes | None:
    """Hand the bytes of ``entry``, read once, to those who want it under each of its names. None: not read."""
    work: list[tuple[str, Analyzer]] = []
    for path, wanted in names:
        for analyzer in wanted:
            if entry.size > analyzer.max_bytes:
                reason = f"{entry.size} bytes, more than the {analyzer.max_bytes} that {analyzer.id} reads"
                found.gaps.append(Gap("limit-reached", path, reason))
            else:
                work.append((path, analyzer))
    if not work:
        return None
    try:
        data = entry.read()
    except Malformed as error:  # a sparse file of terabytes, or one that the host refuses to open
        found.gaps.extend(Gap("unreadable-file", path, error.what) for path in sorted({path for path, _ in work}))
        return None
    for path, analyzer in work:
        run(analyzer, FileView(path, data, entry.mode), found)
    return data


def run(analyzer: Analyzer, view: FileView, found: Inspection) -> None:
    """Hand one file to one analyzer and keep what it says; its failure becomes a ``Gap``."""
    try:
        for result in analyzer.extract(view):
            if isinstance(result, Gap):
                found.gaps.append(result)
            else:
                found.files.append(result)
    except Exception as error:  # the promise: one analyzer's crash costs one file, visibly, and never the scan
        found.gaps.append(gap_of(analyzer.id, view.path, error))
