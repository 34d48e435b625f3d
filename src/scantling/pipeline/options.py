"""What a scan is asked to do: one frozen value, filled by the command line, the API or a worker's job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.analyze.inspectors import InspectorSettings
from scantling.guard import limits
from scantling.licence.settings import LicenceSettings
from scantling.policy.gate import Gate

if TYPE_CHECKING:
    from scantling.compliance.pack import Pack
    from scantling.policy.asked import Asked
    from scantling.store.history import Known

    from .ignore_policy import IgnorePolicy
from scantling.source.options import SourceOptions

from .base import BaseOptions
from .excuse import Excuses

STALE_AFTER_S = 30 * 86400.0

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)``; ``total`` is 0 when not known. Stages: "database", "layers"."""


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that do not watch."""


@dataclass(frozen=True, slots=True)
class DatabaseChoice:
    """Which vulnerability database to match against.

    ``path`` is a file used as it is (``SCANTLING_DB``), None for the installed one. ``update`` allows a download
    when there is none or it is older than a day. ``mirror`` replaces the upstream hosts (``SCANTLING_FEED_MIRROR``).
    """

    path: Path | None = None
    update: bool = True
    mirror: str = ""


def user_cache_dir() -> Path:
    """The platform's place for what can be made again."""
    from platformdirs import user_cache_path

    return user_cache_path("scantling")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """``ScanOptions()`` scans as the command line does without flags, and looks at no environment variable.

    ``source`` says how to get at the image, ``gate`` and ``policies`` (``policy.asked.read_policies``) what is asked
    of it; ``history`` remembers since when findings are known (``store.history``), None for the user's own.
    ``compliance`` are the packs to judge it by (``compliance.pack.read_packs``); they fail nothing by themselves.
    ``base`` says how the base image is recognised.
    ``excuses`` are exceptions and VEX statements, ``ignore_policy`` is Trivy's (``ignore_policy.read_ignore_policy``).
    ``cache_dir`` holds the database and what was learned of layers, unless ``use_cache`` is false. ``now`` is the
    report's clock (UTC, aware). ``scanners`` holds "vuln", "packages" ("packages" alone needs no database) and the
    words of ``analyze.inspectors`` and ``check.catalog``. ``pkg_types`` holds "os" and/or "library".
    ``skip_dirs``/``skip_files`` are glob patterns relative to the image's root. ``timeout_s`` bounds the whole scan;
    ``workers`` is the number of layers read at once, 0 for one a core. A feed whose newest data is older than
    ``stale_after_s`` (seconds) is a gap. ``inspectors`` holds what can be set about what is looked at, ``licences``
    those that are allowed and denied."""

    source: SourceOptions = field(default_factory=SourceOptions)
    gate: Gate = field(default_factory=Gate)
    policies: Asked | None = None
    compliance: tuple[Pack, ...] = ()
    history: Known = None
    excuses: Excuses = field(default_factory=Excuses)
    ignore_policy: IgnorePolicy | None = None
    base: BaseOptions = field(default_factory=BaseOptions)
    now: datetime = field(default_factory=_now)
    cache_dir: Path = field(default_factory=user_cache_dir)
    use_cache: bool = True
    database: DatabaseChoice = DatabaseChoice()
    scanners: frozenset[str] = frozenset({"vuln"})
    pkg_types: frozenset[str] = frozenset({"os", "library"})
    skip_dirs: tuple[str, ...] = ()
    skip_files: tuple[str, ...] = ()
    timeout_s: float = limits.SCAN_TIMEOUT_S
    workers: int = 0
    offline: bool = False
    stale_after_s: float = STALE_AFTER_S
    inspectors: InspectorSettings = field(default_factory=InspectorSettings)
    licences: LicenceSettings = field(default_factory=LicenceSettings)
