"""Files of a layer that a ClamAV daemon knows. Asked only where the user names a daemon.

What the daemon was not able to look at is a gap: it may die at any time, and then nothing is clean because of that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from scantling.guard import limits
from scantling.layers.entry import Entry, Kind
from scantling.malware import clamd
from scantling.model.coverage import Gap
from scantling.model.evidence_malware import MalwareFact, MalwareFacts

from .failure import NO_DAEMON
from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings
from .malware_found import MalwareFound

ID = "clamav"
_TRIES = 3  # daemons that fail one after the other, until the layer is given up


def inspector(settings: InspectorSettings) -> Inspector | None:
    """None without a daemon. Its signatures are part of the version: when they change, layers are asked about again.
    Raises ``UsageError`` for what is no address."""
    if not settings.malware.clamd:
        return None
    address = clamd.address_of(settings.malware.clamd)
    said, trouble = "", ""
    try:
        said = clamd.version(address)
    except clamd.UnavailableError as error:
        trouble = str(error)

    def begin() -> Inspecting:
        looking = _Looking(address, said)
        if trouble:  # also where it has come back since: what it says now would be kept as what no daemon said
            looking.give_up(trouble)
        return looking

    version = f"1-{hashlib.sha256(said.encode()).hexdigest()[:24]}"
    return Inspector(ID, "malware", version, begin, MalwareFacts)


@dataclass(slots=True)
class _Looking:
    address: clamd.Address
    version: str
    found: MalwareFound = field(default_factory=MalwareFound)
    session: clamd.Session | None = None
    failures: int = 0
    failed: bool = False  # the file whose pieces are coming

    def wants(self, entry: Entry, head: bytes) -> bool:
        return entry.kind is Kind.FILE and bool(head) and self.failures < _TRIES

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:
        if not offset:
            self.failed = False
        if self.failed:
            return
        try:
            name = self._hand_over(data, offset, last)
        except clamd.TooLargeError:
            self._end(entry.path, Gap("limit-reached", entry.path, "clamav: beyond the daemon's limits (clamd.conf)"))
        except clamd.UnavailableError as error:
            self.failures += 1
            if self.failures >= _TRIES:
                self.give_up(str(error))
            else:
                self._end(entry.path, Gap(NO_DAEMON, entry.path, f"{self._no_help}: {error}"))
        else:
            if last:
                self.failures = 0
            if name:
                self._add(entry.path, name)

    def give_up(self, why: str) -> None:
        """Show the daemon no more files of this layer."""
        self.failures = _TRIES
        self._end("", Gap(NO_DAEMON, "", f"{self._no_help}: {why}; nothing more of this layer was shown to it"))

    @property
    def _no_help(self) -> str:
        return f"clamav: the daemon at {self.address} was of no help"

    def _hand_over(self, data: bytes, offset: int, last: bool) -> str:
        if self.session is None:
            self.session = clamd.Session(self.address)
        if not offset:
            self.session.begin()
        self.session.send(data)
        return self.session.end() if last else ""

    def _end(self, key: str, gap: Gap) -> None:
        self.failed = True
        gaps = self.found.gaps
        if len(gaps) < limits.GAPS_PER_INSPECTOR:
            gaps[key] = gap
        else:
            gaps[""] = Gap(gap.what, "", "clamav: more files could not be looked at than are named here")
        if self.session is not None:
            self.session.close()
            self.session = None

    def finish(self) -> tuple[MalwareFacts, tuple[Gap, ...]]:
        if self.session is not None:
            self.session.close()
        return self.found.finished()

    def _add(self, path: str, name: str) -> None:
        self.found.add(
            MalwareFact(
                path,
                name,
                f"ClamAV knows this file: {name}",
                "CRITICAL",
                f"It matches the signature {name} of {self.version or 'a ClamAV daemon'}.",
                "Find out how it came into the image, remove it where that happened and build anew on a base you trust."
                " Where you know it to be harmless, say so in an ignore entry.",
            )
        )
