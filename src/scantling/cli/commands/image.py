"""``scantling image TARGET``."""

from __future__ import annotations

from scantling.model.errors import UsageError

from ..scanning import scan_and_report
from ..settings import Settings


def run(settings: Settings) -> int:
    return scan_and_report(_target(settings), settings)


def _target(settings: Settings) -> str:
    archive: str | None = settings["input"]
    if archive and settings.argument:
        raise UsageError("both --input and a target were given", where=settings.argument)
    if archive:
        # "./" keeps a name such as "oci:x.tar" or "shop/api" a path
        return archive if archive.startswith(("/", "./", "../")) else f"./{archive}"
    if not settings.argument:
        raise UsageError("no target given", hint="scantling image TARGET, such as python:3.11-slim or ./image.tar")
    return settings.argument
