"""``scantling sbom FILE``: the image command on a bill of materials."""

from __future__ import annotations

from ..scanning import scan_and_report
from ..settings import Settings


def run(settings: Settings) -> int:
    return scan_and_report(f"sbom:{settings.argument}", settings)
