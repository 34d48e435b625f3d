"""Modes, owners and accounts that deserve a look: asked of every entry, so what is usual is passed over first."""

from __future__ import annotations

from dataclasses import dataclass, field

from scantling.guard import limits
from scantling.layers.entry import Entry, Kind
from scantling.model.coverage import Gap
from scantling.model.evidence_modes import ModeFact, ModeFacts

from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings

_ACCOUNTS = frozenset({"etc/passwd", "etc/shadow"})
_NOTED = 0o6002  # setuid, setgid, writable by everybody
_LOOSE = 0o077  # of a private key


def inspector(_: InspectorSettings) -> Inspector:
    return Inspector("modes", "misconfig", "1", begin, ModeFacts)


def begin() -> Inspecting:
    return _Looking()


@dataclass(slots=True)
class _Looking:
    entries: list[ModeFact] = field(default_factory=list)
    accounts: tuple[tuple[str, int], ...] | None = None
    open_accounts: tuple[str, ...] = ()
    weak_accounts: tuple[str, ...] = ()
    cut: bool = False
    gaps: list[Gap] = field(default_factory=list)

    def wants(self, entry: Entry, head: bytes) -> bool:
        kind = entry.kind
        if kind is Kind.FILE:
            mode = entry.mode
            if mode & _NOTED:
                if mode & 0o6000 and mode & 0o111:
                    self.note("setid", entry)
                if mode & 0o002:
                    self.note("world-file", entry)
            if entry.capabilities:
                self.note("capabilities", entry)
            if mode & _LOOSE and head.startswith(b"-----BEGIN ") and b"PRIVATE KEY" in head[:60]:
                self.note("key", entry)
            if entry.path in _ACCOUNTS:
                if entry.size <= limits.ACCOUNTS_BYTES:
                    return True
                self.gaps.append(Gap("limit-reached", entry.path, f"more than {limits.ACCOUNTS_BYTES} bytes: not read"))
        if kind is Kind.DIR and entry.mode & 0o1002 == 0o002:
            self.note("world-dir", entry)
        return False

    def note(self, kind: str, entry: Entry) -> None:
        if len(self.entries) >= limits.MODE_FACTS:
            self.cut = True
            return
        mode = entry.mode & 0o7777
        self.entries.append(ModeFact(kind, entry.path, mode, entry.uid, entry.capabilities.hex()[:80]))

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:  # noqa: ARG002
        rows = [line.split(":") for line in data.decode("utf-8", "replace").splitlines() if ":" in line]
        if entry.path == "etc/passwd":
            self.accounts = tuple(sorted({(row[0], int(row[2])) for row in rows if _is_uid(row)}))
            return
        self.open_accounts = tuple(sorted({row[0] for row in rows if row[1] == ""}))
        self.weak_accounts = tuple(sorted({row[0] for row in rows if _is_weak(row[1])}))

    def finish(self) -> tuple[ModeFacts, tuple[Gap, ...]]:
        facts = ModeFacts(tuple(sorted(self.entries)), self.accounts, self.open_accounts, self.weak_accounts)
        if self.cut:
            reason = f"more than {limits.MODE_FACTS} entries with modes that deserve a look"
            self.gaps.append(Gap("limit-reached", "", reason))
        return facts, tuple(self.gaps)


def _is_uid(row: list[str]) -> bool:
    return len(row) > 2 and row[2].isascii() and row[2].isdigit() and len(row[2]) <= 10


def _is_weak(password: str) -> bool:
    """MD5 ("$1$") and DES (13 characters, no "$"): crypt(5)."""
    return password.startswith("$1$") or (len(password) == 13 and "$" not in password and password[0] not in "!*")
