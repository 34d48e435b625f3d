"""The contract between the runner and an analyzer. The runner owns the world; an analyzer is a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts


@dataclass(frozen=True, slots=True)
class FileView:
    """One regular file, whole and in memory (at most ``limits.PARSED_FILE_BYTES``). ``mode`` is its permission bits."""

    path: str
    data: bytes
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Wants:
    """Which files an analyzer is handed: any match is enough. Cheap to test, since it is asked of every entry.

    ``paths`` are whole paths, ``names`` base names, ``suffixes`` endings of the whole path (".jar",
    ".dist-info/METADATA"), ``prefixes`` directories ("var/lib/dpkg/status.d/"), ``magic`` the first bytes of
    any regular file (b"\\x7fELF"). ``globs`` are patterns of the whole path as of ``fnmatch`` ("*" takes in slashes),
    for names that no ending tells ("*requirements*.txt"); they must end as the name does, since they are only tried on
    names with that extension. No leading slash anywhere.
    """

    paths: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    magic: tuple[bytes, ...] = ()
    globs: tuple[str, ...] = ()


Extracted = FileFacts | Gap


@dataclass(frozen=True, slots=True)
class Analyzer:
    """``extract`` returns facts and gaps, or raises ``Malformed``. It opens nothing, runs nothing, logs nothing.

    Raise ``version`` whenever the output for some input changes: it is part of the cache key, so that old layers
    are read again by themselves.
    """

    id: str
    version: int
    wants: Wants
    extract: Callable[[FileView], Iterable[Extracted]]
    max_bytes: int = 256 * 1024 * 1024
