"""Which vulnerability database a scan uses, and the first download that nobody should have to ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scantling.db import install
from scantling.db.open import open_database
from scantling.model.coverage import Gap
from scantling.model.errors import DatabaseUnusable
from scantling.model.moment import parse

from .options import Progress, ScanOptions

if TYPE_CHECKING:
    from scantling.db.open import Database

UPDATE_AFTER = timedelta(days=1)


def open_for(options: ScanOptions, progress: Progress) -> tuple[Database, tuple[Gap, ...]]:
    """The database that ``options`` name, brought up to date where they allow it, and what to say of it.

    A download that fails leaves an older database in use, with a gap that tells why. Raises ``DatabaseUnusable``
    when there is none: that is never "no findings".
    """
    choice = options.database
    if choice.path is not None:
        database = open_database(choice.path, options.cache_dir / "digests.json" if options.use_cache else None)
        return database, _about(database)
    installed = install.read_pointer(options.cache_dir)
    gaps: tuple[Gap, ...] = ()
    if choice.update and (installed is None or _is_old(installed.built_at, options.now)):
        from scantling.db.update import update
        from scantling.net.options import NetOptions

        progress("database", 0, 0)
        try:
            net = NetOptions(ca_cert=options.source.ca_cert)
            update(options.cache_dir, choice.mirror, options.now, progress, net, fresh_for=UPDATE_AFTER)
        except DatabaseUnusable as error:
            if installed is None:
                raise
            gaps = (Gap("update-failed", "vulnerability database", f"not updated: {error}", blocks=False),)
    path = install.current(options.cache_dir)
    if path is None:
        raise DatabaseUnusable(
            "there is no vulnerability database",
            where=str(install.directory(options.cache_dir)),
            hint="run: scantling db update (SCANTLING_FEED_MIRROR names a mirror; SCANTLING_DB a finished file)",
        )
    database = open_database(path)
    return database, gaps + _about(database)


def _about(database: Database) -> tuple[Gap, ...]:
    if not database.meta.demo:
        return ()
    reason = "a demo database of a dozen advisories: it says nothing about a real image; run: scantling db update"
    return (Gap("demo-database", "vulnerability database", reason),)


def _is_old(built_at: str, now: datetime) -> bool:
    built = parse(built_at)
    return built is None or now - built > UPDATE_AFTER
