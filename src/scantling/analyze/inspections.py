"""The inspectors of one layer, offered every entry; a crash of one costs one file, visibly, and never the scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scantling.guard.limits import GAPS_PER_INSPECTOR, INSPECTED_PIECE
from scantling.layers.entry import Entry
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.evidence import LayerEvidence

from .failure import gap_of
from .inspector import Inspecting, Inspector


@dataclass(slots=True)
class _Running:
    inspector: Inspector
    work: Inspecting
    gaps: list[Gap] = field(default_factory=list)

    def failed(self, path: str, error: Exception) -> None:
        gap = gap_of(self.inspector.id, path, error)
        if len(self.gaps) < GAPS_PER_INSPECTOR:
            self.gaps.append(gap)
        elif len(self.gaps) == GAPS_PER_INSPECTOR:
            self.gaps.append(Gap("limit-reached", "", f"{self.inspector.id}: more files failed than are named here"))


class Inspections:
    """Started by ``begin``; ``evidence`` ends it."""

    __slots__ = ("_running",)

    def __init__(self, inspectors: Sequence[Inspector]) -> None:
        self._running = [_Running(inspector, inspector.begin()) for inspector in inspectors]

    def __bool__(self) -> bool:
        return bool(self._running)

    def offer(self, entry: Entry, head: bytes) -> list[_Running]:
        """Show ``entry``, whose bytes begin with ``head``, to everyone; those that want them all."""
        takers = []
        for running in self._running:
            try:
                if running.work.wants(entry, head):
                    takers.append(running)
            except Exception as error:
                running.failed(entry.path, error)
        return takers if head else []

    def hand(self, takers: list[_Running], entry: Entry, data: bytes | None) -> None:
        """Give the bytes to those that asked; ``data`` is the whole body where it has been read already."""
        if data is not None:
            self._give(takers, entry, data, 0, True)
            return
        try:
            if entry.size <= INSPECTED_PIECE:
                self._give(takers, entry, entry.read(), 0, True)
                return
            offset = 0
            for piece in entry.pieces(INSPECTED_PIECE):
                self._give(takers, entry, piece, offset, offset + len(piece) >= entry.size)
                offset += len(piece)
        except Malformed as error:
            for running in takers:
                running.failed(entry.path, error)

    @staticmethod
    def _give(takers: list[_Running], entry: Entry, data: bytes, offset: int, last: bool) -> None:
        for running in list(takers):
            try:
                running.work.piece(entry, data, offset, last)
            except Exception as error:
                running.failed(entry.path, error)
                takers.remove(running)

    def evidence(self, where: str) -> tuple[LayerEvidence, ...]:
        """What each learned; gaps about no file are about ``where``."""
        import msgspec

        found = []
        for running in self._running:
            facts = b""
            try:
                result, gaps = running.work.finish()
                facts = msgspec.msgpack.encode(result)
                running.gaps.extend(gaps)
            except Exception as error:
                running.failed("", error)
            named = {gap if gap.where else Gap(gap.what, where or "/", gap.reason, gap.blocks) for gap in running.gaps}
            found.append(LayerEvidence(running.inspector.id, facts, tuple(sorted(named))))
        return tuple(found)
