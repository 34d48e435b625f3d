"""``scantling audit head FILE``: where a trail has got to. Kept elsewhere, it shows later that no end was cut off."""

from __future__ import annotations

from pathlib import Path

from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.audit.trail_verify import verify

    write_stdout(f"{verify(Path(settings.argument)).head}\n".encode())
    return 0
