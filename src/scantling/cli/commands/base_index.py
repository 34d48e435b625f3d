"""``scantling base index SOURCE...``: learn base images by their layers."""

from __future__ import annotations

from pathlib import Path

from scantling.guard.display import printable
from scantling.model.errors import Unscannable
from scantling.model.moment import iso

from ..console import say
from ..scanning import cache_dir_of, now_of
from ..settings import Settings
from ..source_options import source_of


def run(settings: Settings) -> int:
    from scantling.base.index import Known, add
    from scantling.base.learn import row, wanted
    from scantling.source.catalog import open_target

    options = source_of(settings)
    indexed = iso(now_of(settings))
    found: list[Known] = []
    failed = 0
    for source in settings.arguments:
        images = list(wanted(source, settings["tags"], settings["name"] or "", settings["through"] or "", options))
        if not images:
            raise Unscannable("no image there that fits", where=source, hint="name other --tags")
        for name, tag, target in images:
            try:
                image = open_target(target, options)
            except Unscannable as error:
                if len(images) == 1:
                    raise
                failed += 1  # one tag of many for another platform, say: the others are worth having
                say(f"left out {printable(target)}: {printable(str(error))}")
                continue
            image.close()
            known = row(name, tag, target, image.info, indexed)
            if known is not None:
                found.append(known)
    total = add(index_of(settings), found)
    if not settings["quiet"]:
        left = f", {failed} left out" if failed else ""
        say(f"{len(found)} base image{'s' if len(found) != 1 else ''} indexed{left}; the index holds {total}")
    return 0 if found else Unscannable.exit_code


def index_of(settings: Settings) -> Path:
    """``--base-index``, else the one in the cache directory."""
    from scantling.base.index import FILE_NAME

    return Path(settings["base_index"]) if settings["base_index"] else cache_dir_of(settings) / FILE_NAME
