"""``scantling base list [NAME]``: the base images that are known by their layers."""

from __future__ import annotations

from scantling.guard.display import display_width, pad, printable
from scantling.model.errors import UsageError

from ..outputs import write_stdout
from ..settings import Settings
from .base_index import index_of


def run(settings: Settings) -> int:
    from scantling.base.index import Unusable, named

    path = index_of(settings)
    try:
        found = named(path, settings.argument)
    except Unusable as error:
        hint = "fill one: scantling base index NAME:TAG"
        raise UsageError(f"the index of bases cannot be read: {error}", where=str(path), hint=hint) from error
    rows = [("IMAGE", "PLATFORM", "CREATED", "LAYERS", "DIGEST")]
    rows += [
        (
            printable(known.reference),
            printable(known.platform),
            printable(known.created[:10]),
            str(known.layers),
            known.digest,
        )
        for known in found
    ]
    widths = [max(display_width(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join([*(pad(row[column], widths[column]) for column in range(4)), row[4]]).rstrip() for row in rows]
    write_stdout(("\n".join(lines) + "\n").encode())
    return 0
