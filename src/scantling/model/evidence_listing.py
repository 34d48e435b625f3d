"""What one layer's listing says: how large files are, whom they belong to, and a few settings read in passing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class FileNote:
    """Something a text says. ``kind`` is "socket" (``text``: the engine's socket that the file names) or "sshd"
    (``text``: a setting of sshd_config, "permitrootlogin yes")."""

    kind: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """``paths`` are NUL-separated and sorted: every regular file that is not empty, and every entry whose owner or
    group is not root. ``sizes`` has 8 bytes for each of them, ``owner_of`` 4 (an index of ``owners``, which are
    (uid, gid)), both little-endian. ``groups`` are the gids of etc/group, None where this layer has none."""

    paths: bytes = b""
    sizes: bytes = b""
    owner_of: bytes = b""
    owners: tuple[tuple[int, int], ...] = ()
    groups: tuple[int, ...] | None = None
    notes: tuple[FileNote, ...] = ()
