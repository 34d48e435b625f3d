"""What the copyright files of one layer name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """(path of the file, the licences it names), sorted by path."""

    files: tuple[tuple[str, tuple[str, ...]], ...] = ()
