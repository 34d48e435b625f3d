"""Files of a layer whose digest is in a list of known malicious ones. Nothing is digested where there is no list."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scantling.layers.entry import Entry, Kind
from scantling.malware.hash_list import digest_of, known
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

    return Inspector(ID, "malware", f"1-{digest_of(lists)[:24]}", begin, MalwareFacts, rows)


@dataclass(slots=True)
class _Looking:
    known: Mapping[str, Mapping[bytes, str]]
    found: MalwareFound = field(default_factory=MalwareFound)
    hashers: tuple[tuple[str, Any], ...] = ()

    def wants(self, entry: Entry, head: bytes) -> bool:
        return entry.kind is Kind.FILE and bool(head)  # an empty file does nothing, whatever a list says

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:
        if not offset:
            self.hashers = tuple((name, hashlib.new(name, usedforsecurity=False)) for name in self.known)
        for name, hasher in self.hashers:
            hasher.update(data)
            if last and (said := self.known[name].get(hasher.digest())) is not None:
                self._add(entry.path, said, f"{name}:{hasher.hexdigest()}")

    def finish(self) -> tuple[MalwareFacts, tuple[Gap, ...]]:
        return self.found.finished()

    def _add(self, path: str, said: str, digest: str) -> None:
        self.found.add(
            MalwareFact(
                path,
                RULE,
                f"Known malicious file: {said}",
                "CRITICAL",
                f"Its digest {digest} is in a list of known malicious files (--malware-hashes), as {said}.",
                "Find out how it came into the image, remove it where that happened and build anew on a base you trust;"
                " treat what the build had access to as known to others.",
            )
        )
