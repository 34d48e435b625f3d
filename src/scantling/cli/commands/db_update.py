"""``scantling db update``."""

from __future__ import annotations

from scantling.guard.display import printable

from ..console import say
from ..scanning import cache_dir_of, net_of, now_of, progress_of
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.db.fetch import check_mirror
    from scantling.db.update import update

    mirror = settings.environ.get("SCANTLING_FEED_MIRROR", "")
    check_mirror(mirror)
    progress = progress_of(settings)
    if not settings["quiet"]:
        say(f"updating the vulnerability database from {printable(mirror) if mirror else 'the feeds of its sources'}")
    try:
        meta = update(
            cache_dir_of(settings), mirror, now_of(settings), progress, net_of(settings), force=True, on_wait=say
        )
    finally:
        progress.clear()
    if not settings["quiet"]:
        failed = sum(bool(source.error) for source in meta.sources)
        say(f"installed: {meta.packages} packages, {meta.vulnerabilities} vulnerabilities, {len(meta.sources)} sources")
        if failed:
            say(f"warning: {failed} of them could not be had; see: scantling db status")
    return 0
