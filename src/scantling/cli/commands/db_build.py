"""``scantling db build FILE``: the same database, written where it is asked for and not installed."""

from __future__ import annotations

from pathlib import Path

from scantling.guard.display import printable

from ..console import say
from ..outputs import check_writable
from ..scanning import cache_dir_of, net_of, now_of, progress_of
from ..settings import Settings


def run(settings: Settings) -> int:
    path = Path(settings.argument)
    check_writable(path)
    from scantling.db.build import build_file

    progress = progress_of(settings)
    mirror = settings.environ.get("SCANTLING_FEED_MIRROR", "")
    try:
        build_file(
            path,
            mirror,
            now_of(settings),
            net_options=net_of(settings),
            cache_dir=cache_dir_of(settings),
            progress=progress,
        )
    finally:
        progress.clear()
    if not settings["quiet"]:
        say(f"wrote {printable(str(path))}; use it with SCANTLING_DB={printable(str(path))}")
    return 0
