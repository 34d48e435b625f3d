"""``scantling version``."""

from __future__ import annotations

from scantling import __version__

from ..outputs import write_stdout
from ..settings import Settings


def run(_settings: Settings) -> int:
    write_stdout(f"scantling {__version__}\n".encode())
    return 0
