"""``scantling base show TARGET``: what an image is built on, and by what evidence. Reads no layer."""

from __future__ import annotations

from scantling.guard.display import printable

from ..outputs import write_stdout
from ..scanning import base_options_of, cache_dir_of
from ..settings import Settings
from ..source_options import source_of


def run(settings: Settings) -> int:
    from scantling.pipeline.base import describe_base
    from scantling.report.base_words import base_facts

    layers, recognised = describe_base(
        settings.argument, base_options_of(settings), cache_dir_of(settings), source_of(settings)
    )
    lines = [f"Image     {printable(settings.argument)}"]
    lines += [f"{label:<9} {printable(text)}" for label, text in base_facts(recognised.base, layers)]
    lines += [f"Mind      {printable(gap.reason)}" for gap in recognised.gaps]
    write_stdout(("\n".join(lines) + "\n").encode())
    return 0
