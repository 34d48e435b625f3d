"""``scantling db status``: the installed database, each of its sources, how old and how large."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import display_width, pad, printable
from scantling.model.errors import DatabaseUnusable
from scantling.model.moment import parse

from ..outputs import write_stdout
from ..scanning import cache_dir_of
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.db.meta import DatabaseMeta


def run(settings: Settings) -> int:
    from scantling.db.open import open_database

    path = database_path(settings)
    with open_database(path) as database:
        meta = database.meta
    write_stdout(("\n".join(_lines(path, meta, datetime.now(UTC))) + "\n").encode())
    return 0


def database_path(settings: Settings) -> Path:
    """``SCANTLING_DB``, else the installed database. Raises ``DatabaseUnusable`` when there is none."""
    named = settings.environ.get("SCANTLING_DB", "")
    if named:
        return Path(named)
    from scantling.db import install

    cache_dir = cache_dir_of(settings)
    path = install.current(cache_dir)
    if path is None:
        raise DatabaseUnusable(
            "no vulnerability database is installed", where=str(cache_dir), hint="run: scantling db update"
        )
    return path


def _lines(path: Path, meta: DatabaseMeta, now: datetime) -> list[str]:
    demo = "   DEMO DATA: not for real scans" if meta.demo else ""
    lines = [
        f"File       {printable(str(path))}",
        f"Digest     {meta.digest}",
        f"Built      {meta.built_at}{_ago(meta.built_at, now)}{demo}",
        f"Schema     {meta.schema}",
        f"Holds      {meta.packages} packages, {meta.vulnerabilities} vulnerabilities, {meta.size / 1e6:.1f} MB",
        "",
    ]
    rows = [("SOURCE", "RECORDS", "UPDATED", "")]
    for source in meta.sources:
        state = f"FAILED: {printable(source.error)}" if source.error else ""
        updated = printable(source.updated_at[:10]) + _ago(source.updated_at, now) if source.updated_at else "unknown"
        rows.append((printable(source.name), str(source.records), updated, state))
    widths = [max(display_width(row[column]) for row in rows) for column in range(3)]
    for name, records, updated, state in rows:
        lines.append(f"{pad(name, widths[0])}  {records:>{widths[1]}}  {pad(updated, widths[2])}  {state}".rstrip())
    return lines


def _ago(text: str, now: datetime) -> str:
    moment = parse(text)
    if moment is None:
        return ""
    hours = (now - moment).total_seconds() / 3600
    if hours < 0:
        return " (in the future)"
    return f" ({hours:.0f} h ago)" if hours < 48 else f" ({hours / 24:.0f} days ago)"
