"""What a database says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.model.advisory import SourceStatus


@dataclass(frozen=True, slots=True)
class DatabaseMeta:
    """``built_at`` is ISO 8601 in UTC; ``digest`` is the file's SHA-256 ("sha256:" and 64 hex digits); ``sources``
    are sorted by name; ``demo`` is true for the small made-up feed of ``make demo``. ``packages`` and
    ``vulnerabilities`` count rows; ``size`` is the file's, in bytes."""

    built_at: str
    digest: str
    sources: tuple[SourceStatus, ...]
    demo: bool = False
    schema: int = 0
    packages: int = 0
    vulnerabilities: int = 0
    size: int = 0
