"""Sizes and owners of the files of a layer; texts that name an engine's socket, and settings of sshd.

Asked of every entry: what belongs to root and is no file with bytes is passed over at once.
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass, field
from itertools import repeat

from scantling.guard import limits
from scantling.layers.entry import Entry, Kind
from scantling.model.coverage import Gap
from scantling.model.evidence_listing import FileNote, ListingFacts

from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings

SOCKETS = (b"docker.sock", b"containerd.sock", b"crio.sock", b"podman.sock")
SSHD_CONFIG = "etc/ssh/sshd_config"
_TELLING = frozenset({"permitrootlogin", "passwordauthentication", "permitemptypasswords"})
# programs of packages mention sockets by the dozen, and say nothing of this image by it
_NOT_SCRIPTS = ("usr/lib/", "usr/share/", "lib/", "usr/local/lib/", "usr/libexec/", "var/lib/")
_ID = 0xFFFFFFFF  # the kernel's uid_t and gid_t have 32 bits


def inspector(_: InspectorSettings) -> Inspector:
    return Inspector("listing", "misconfig", "1", begin, ListingFacts)


def begin() -> Inspecting:
    return _Listing()


@dataclass(slots=True)
class _Listing:
    sizes: dict[str, int] = field(default_factory=dict)
    owned: dict[str, int] = field(default_factory=dict)  # those not of root alone, with their owner's number
    owners: dict[tuple[int, int], int] = field(default_factory=lambda: {(0, 0): 0})
    notes: list[FileNote] = field(default_factory=list)
    groups: tuple[int, ...] | None = None
    gaps: list[Gap] = field(default_factory=list)

    def wants(self, entry: Entry, head: bytes) -> bool:
        path, uid, gid = entry.path, entry.uid, entry.gid
        if uid or gid:
            owner = (uid & _ID, gid & _ID)
            self.owned[path] = self.owners.setdefault(owner, len(self.owners))
        elif path in self.owned:
            del self.owned[path]  # the last entry of a name is the one that stays
        size = entry.size
        if entry.kind is not Kind.FILE or not size:
            self.sizes.pop(path, None)
            return False
        self.sizes[path] = size
        if size > limits.SCRIPT_BYTES and path != "etc/group":
            return False
        if path.startswith("etc/"):
            if path == "etc/group":
                if size <= limits.ACCOUNTS_BYTES:
                    return True
                self.gaps.append(Gap("limit-reached", path, f"more than {limits.ACCOUNTS_BYTES} bytes: not read"))
                return False
            return True
        return head[:2] == b"#!" and not path.startswith(_NOT_SCRIPTS)

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:  # noqa: ARG002
        path = entry.path
        if path == "etc/group":
            self.groups = _gids(data)
        elif path == SSHD_CONFIG or (path.startswith(SSHD_CONFIG + ".d/") and path.endswith(".conf")):
            self.notes.extend(FileNote("sshd", path, said) for said in _settings(data))
        elif b".sock" in data:
            self.notes.extend(FileNote("socket", path, one.decode()) for one in SOCKETS if one in data)

    def finish(self) -> tuple[ListingFacts, tuple[Gap, ...]]:
        paths = sorted(self.sizes.keys() | self.owned.keys() if self.owned else self.sizes)
        text = "\0".join(paths)
        if ".wh." in text:
            paths = [path for path in paths if not path.rpartition("/")[2].startswith(".wh.")]
            text = "\0".join(paths)
        owner_of = array("I", map(self.owned.get, paths, repeat(0)))
        lengths = array("Q", map(self.sizes.get, paths, repeat(0)))
        if sys.byteorder == "big":
            owner_of.byteswap()
            lengths.byteswap()
        facts = ListingFacts(
            text.encode(),
            lengths.tobytes(),
            owner_of.tobytes(),
            tuple(self.owners),
            self.groups,
            tuple(sorted(set(self.notes))[: limits.FILE_NOTES]),
        )
        if len(self.notes) > limits.FILE_NOTES:
            reason = f"more than {limits.FILE_NOTES} files with settings or sockets that deserve a look"
            self.gaps.append(Gap("limit-reached", "", reason))
        return facts, tuple(self.gaps)


def _gids(data: bytes) -> tuple[int, ...]:
    rows = [line.split(b":") for line in data.splitlines()]
    return tuple(sorted({int(row[2]) for row in rows if len(row) > 2 and row[2].isdigit() and len(row[2]) <= 10}))


def _settings(data: bytes) -> list[str]:
    """sshd_config(5): keyword and argument, the first of a keyword counts; not those below a Match."""
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.replace("=", " ", 1).split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].lower() == "match":
            break
        if words[0].lower() in _TELLING and len(words) > 1:
            found.setdefault(words[0].lower(), words[1].strip('"').lower()[:40])
    return [f"{name} {value}" for name, value in found.items()]
