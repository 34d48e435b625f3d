"""Files of a layer whose digest is in a list of known malicious ones. Nothing is digested where there is no list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scantling.layers.entry import Entry, Kind
from scantling.malware.hash_list import HashList, digest_of, known
from scantling.model.coverage import Gap
from scantling.model.evidence_malware import MalwareFact, MalwareFacts

from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings
from .malware_found import MalwareFound

ID = "malware-hashes"
RULE = "SCN-MAL-HASH"


def inspector(settings: InspectorSettings) -> Inspector | None:
    """None without a list. Raises ``UsageError`` for a list that cannot be read; ``prepare`` does for a row of it."""
    lists = settings.malware.hashes
    if not lists:
        return None
    rows = cache(lambda: known(lists))

    def begin() -> Inspecting:
        return _Looking(rows())

    return Inspector(ID, "malware", f"2-{digest_of(lists)[:24]}", begin, MalwareFacts, rows)


@dataclass(slots=True)
class _Looking:
    lists: tuple[HashList, ...]
    found: MalwareFound = field(default_factory=MalwareFound)
    hashers: tuple[tuple[str, Any], ...] = ()

    def wants(self, entry: Entry, head: bytes) -> bool:
        return entry.kind is Kind.FILE and bool(head)  # an empty file does nothing, whatever a list says

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:
        if not offset:
            names = dict.fromkeys(name for one in self.lists for name in one.digests)
            self.hashers = tuple((name, hashlib.new(name, usedforsecurity=False)) for name in names)
        for name, hasher in self.hashers:
            hasher.update(data)
            if last:
                self._look_up(entry.path, name, hasher)

    def _look_up(self, path: str, algorithm: str, hasher: Any) -> None:
        digest = hasher.digest()
        said = [
            (one.name, one.digests[algorithm][digest]) for one in self.lists if digest in one.digests.get(algorithm, {})
        ]
        if said:
            names = " and ".join(f"{file} (as {name})" for file, name in said)
            self._add(path, said[0][1], f"{algorithm}:{hasher.hexdigest()}", names)

    def finish(self) -> tuple[MalwareFacts, tuple[Gap, ...]]:
        return self.found.finished()

    def _add(self, path: str, said: str, digest: str, lists: str) -> None:
        self.found.add(
            MalwareFact(
                path,
                RULE,
                f"Known malicious file: {said}",
                "CRITICAL",
                f"Its digest {digest} is among the known malicious files (--malware-hashes) of {lists}.",
                "Find out how it came into the image, remove it where that happened and build anew on a base you trust;"
                " treat what the build had access to as known to others.",
            )
        )
