"""How much of the image the findings speak for. ``Gap`` says what went wrong; this says what was there to look at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Executables:
    """Executable files of one sort in the squashed image; each is counted once, under the first that holds.

    ``owned``: an OS package's file list names it. ``versioned``: evidence gives it a version, in the file itself (Go
    build information ...) or in the record of the installed language package it belongs to. ``unowned``: nothing says
    what it is, so no advisory could be matched; ``unowned_paths`` are the first of them, sorted.
    """

    seen: int = 0
    owned: int = 0
    versioned: int = 0
    unowned: int = 0
    unowned_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LockFiles:
    """Lock files of known names outside installed dependency trees. ``not_read`` ones no analyzer could make use of;
    ``not_read_paths`` are the first of them, sorted."""

    read: int = 0
    not_read: int = 0
    not_read_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedAge:
    """One feed that decided for this image: for which ``ecosystems``, when upstream last changed it (ISO 8601, ""
    unknown) and how many hours before the report's clock that was (None unknown)."""

    name: str
    ecosystems: tuple[str, ...]
    updated_at: str
    age_hours: float | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the layers themselves say, before any database is asked."""

    binaries: Executables = Executables()
    scripts: Executables = Executables()
    lock_files: LockFiles = LockFiles()


@dataclass(frozen=True, slots=True)
class CoverageStatement:
    """The coverage of one report.

    ``binaries`` are ELF, PE and Mach-O programs and shared libraries, ``scripts`` executable files that start with
    "#!"; both are None, as ``lock_files`` is, where no files were looked at (an SBOM document). ``distribution`` is
    "supported", "end_of_life", "unknown" (no date is known, or no database was asked) or "none" (not a distribution).
    """

    binaries: Executables | None = None
    scripts: Executables | None = None
    lock_files: LockFiles | None = None
    distribution: str = "unknown"
    feeds: tuple[FeedAge, ...] = ()
