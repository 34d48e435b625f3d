"""``scantling convert``: a saved JSON report in another format. Judges nothing: the verdict is the saved one."""

from __future__ import annotations

from pathlib import Path

from ..outputs import pair, write_reports
from ..settings import Settings


def run(settings: Settings) -> int:
    outputs = pair(settings["format"], settings["output"])
    from scantling.report.load import load_report

    write_reports(load_report(Path(settings.argument)), outputs, settings)
    return 0
