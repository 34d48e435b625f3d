"""``scantling rootfs DIR``: the image command on an unpacked root file system."""

from __future__ import annotations

from ..scanning import scan_and_report
from ..settings import Settings


def run(settings: Settings) -> int:
    return scan_and_report(f"dir:{settings.argument}", settings)
