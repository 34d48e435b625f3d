"""``scantling ci outputs REPORT.json``: a saved report in ``name=value`` lines for the next step of a pipeline."""

from __future__ import annotations

from pathlib import Path

from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.ci.outputs import outputs
    from scantling.diff.changes import changes
    from scantling.report.load import load_report

    report = load_report(Path(settings.argument))
    base = settings["baseline"]
    found = changes(load_report(Path(base)), report) if base else None
    write_stdout("".join(f"{name}={value}\n" for name, value in outputs(report, found).items()).encode())
    return 0
