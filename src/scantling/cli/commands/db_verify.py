"""``scantling db verify [FILE]``: every byte of a database against its checksums; exit 5 when one is wrong."""

from __future__ import annotations

from pathlib import Path

from scantling.guard.display import printable

from ..outputs import write_stdout
from ..settings import Settings
from .db_status import database_path


def run(settings: Settings) -> int:
    from scantling.db import install

    path = Path(settings.argument) if settings.argument else database_path(settings)
    meta = install.verify(path)
    write_stdout(
        f"{printable(str(path))}: whole, {meta.packages} packages, {meta.vulnerabilities} vulnerabilities, "
        f"{meta.digest}\n".encode()
    )
    return 0
