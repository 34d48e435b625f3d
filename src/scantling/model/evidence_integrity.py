"""What one layer says about whether its files are as their packages installed them.

Digests are cut to ``SUM_BYTES``: enough to tell a changed file, a quarter of the room. Several paths stand in one blob,
separated by NUL, and their digests in another, one after the other in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SUM_BYTES = 8
DIVERSIONS = "var/lib/dpkg/diversions"


@dataclass(frozen=True, slots=True)
class Sums:
    """Paths, sorted, and their digests."""

    paths: bytes = b""
    sums: bytes = b""

    def split(self) -> list[str]:
        """The paths."""
        return self.paths.decode().split("\0") if self.paths else []

    def by_path(self) -> dict[str, bytes]:
        """The digest of each path."""
        sums = self.sums
        return {path: sums[at * SUM_BYTES : (at + 1) * SUM_BYTES] for at, path in enumerate(self.split())}


def sums_of(found: dict[str, bytes]) -> Sums:
    """``found`` as ``Sums``: whole digests are cut."""
    paths = sorted(found)
    return Sums("\0".join(paths).encode(), b"".join(found[path][:SUM_BYTES] for path in paths))


@dataclass(frozen=True, slots=True)
class RecordedSums:
    """What a package's record says. ``path`` is the file that holds the record, ``type`` and ``owner`` the package's
    purl type and name. ``algorithm`` is "md5", "sha1" or "sha256". ``held`` are files of this layer that are as
    recorded, ``open`` all others: they differ, lie in another layer, or are nowhere."""

    path: str
    type: str
    owner: str
    algorithm: str
    held: Sums
    open: Sums


@dataclass(frozen=True, slots=True, order=True)
class ProgramFact:
    """An executable that no record of this layer names: its size in bytes and what it is ("ELF x86-64 program")."""

    path: str
    size: int
    what: str


@dataclass(frozen=True, slots=True)
class IntegrityFacts:
    """``loose`` maps an algorithm to the files of this layer that no record of this layer confirms. ``diversions``
    are (path, where it was moved, by which package) of the layer's own ``DIVERSIONS``."""

    records: tuple[RecordedSums, ...] = ()
    loose: dict[str, Sums] = field(default_factory=dict)
    programs: tuple[ProgramFact, ...] = ()
    diversions: tuple[tuple[str, str, str], ...] = ()
