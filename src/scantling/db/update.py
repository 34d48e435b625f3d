"""Fetch what is new, build, install: ``scantling db update`` and the first scan.

Any number of processes may ask at once: one works, the others wait for it and take what it made.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.model.advisory import SourceStatus
from scantling.model.errors import DatabaseUnusable
from scantling.model.moment import parse
from scantling.store.atomic import CrashPoint, no_crash, partial_path, remove_stale
from scantling.store.lock import Locked, exclusive

from . import install
from .build import Progress, build, no_progress
from .fetch import open_place
from .meta import DatabaseMeta
from .open import open_database

if TYPE_CHECKING:
    from scantling.net.options import NetOptions

FRESH_FOR = timedelta(hours=1)
LOCK_WAIT_S = 1800.0
_LOCK = "update.lock"


def _silent(message: str) -> None:
    """For callers that do not tell anyone that they wait."""


def update(
    cache_dir: Path,
    mirror: str,
    now: datetime,
    progress: Progress = no_progress,
    net_options: NetOptions | None = None,
    *,
    force: bool = False,
    fresh_for: timedelta = FRESH_FOR,
    on_wait: Callable[[str], None] = _silent,
    crash_point: CrashPoint = no_crash,
) -> DatabaseMeta:
    """Install a database built from upstream or ``mirror`` and return what it says of itself.

    A whole database from the same place, built less than ``fresh_for`` before ``now``, or by another process while
    this one waited, is taken as it is unless ``force``. Raises ``DatabaseUnusable`` when no advisories can be had or
    the disk is full: the old database then stays. ``UsageError`` for a mirror that is not there.
    """
    folder = install.directory(cache_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _pointer_bytes(folder)
        with exclusive(
            folder / _LOCK, purpose="updating the vulnerability database", wait_s=LOCK_WAIT_S, on_wait=on_wait
        ):
            if not force:
                usable = _usable(cache_dir, mirror, now, fresh_for, changed=_pointer_bytes(folder) != before)
                if usable is not None:
                    return usable
            remove_stale(folder, time.time())  # under the lock nobody else writes here
            _build_and_install(
                cache_dir, folder, mirror, now, progress=progress, net_options=net_options, crash_point=crash_point
            )
        path = install.current(cache_dir)
    except OSError as error:
        where = error.filename or folder
        raise DatabaseUnusable(
            f"cannot write the vulnerability database: {error.strerror or error}", where=str(where),
            hint="make room, or choose another place with --cache-dir",
        ) from error  # fmt: skip
    except Locked as error:
        raise DatabaseUnusable(error.what, where=error.where, hint=error.hint) from error
    if path is None:
        raise DatabaseUnusable("the vulnerability database was removed while it was installed", where=str(folder))
    with open_database(path) as database:
        return database.meta


def stale_sources(meta: DatabaseMeta, now: datetime, max_age: timedelta) -> tuple[SourceStatus, ...]:
    """The sources whose newest data is older than ``max_age`` at ``now``; those that give no date are not judged."""
    return tuple(
        source for source in meta.sources if (moment := parse(source.updated_at)) is not None and now - moment > max_age
    )


def _build_and_install(
    cache_dir: Path,
    folder: Path,
    mirror: str,
    now: datetime,
    *,
    progress: Progress,
    net_options: NetOptions | None,
    crash_point: CrashPoint,
) -> None:
    fetch, demo = open_place(mirror, cache_dir / "feeds", net_options)
    partial = partial_path(folder / "database")
    try:
        build(partial, fetch, now, demo=demo, progress=progress)
        crash_point("built")
        with open_database(partial) as database:  # never install what cannot be opened
            built_at = database.meta.built_at
        install.install(partial, cache_dir, built_at=built_at, mirror=mirror, crash_point=crash_point)
    finally:
        for leftover in (partial, partial.with_name(partial.name + "-stage")):
            leftover.unlink(missing_ok=True)


def _usable(cache_dir: Path, mirror: str, now: datetime, fresh_for: timedelta, changed: bool) -> DatabaseMeta | None:
    """The installed database when it is fresh enough and whole."""
    with suppress(DatabaseUnusable):
        installed = install.read_pointer(cache_dir)
        if installed is None or installed.mirror != mirror:
            return None
        built = parse(installed.built_at)
        if changed or (built is not None and abs(now - built) < fresh_for):
            with open_database(installed.path) as database:
                return database.meta
    return None


def _pointer_bytes(folder: Path) -> bytes:
    try:
        return (folder / install.POINTER).read_bytes()
    except FileNotFoundError:
        return b""
