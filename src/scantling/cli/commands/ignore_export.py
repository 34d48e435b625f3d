"""``scantling ignore export --report R``: the exceptions that count there, as an OpenVEX document."""

from __future__ import annotations

from pathlib import Path

from scantling.model.errors import UsageError

from ..outputs import write_stdout
from ..scanning import ignore_files, now_of
from ..settings import Settings


def run(settings: Settings) -> int:
    if not settings["report"]:
        raise UsageError(
            "no report given", where="--report", hint="the report says which packages the exceptions are for"
        )
    from scantling.exceptions.catalog import read_exceptions
    from scantling.exceptions.vex.export import export
    from scantling.report.load import load_report

    now = now_of(settings)
    report = load_report(Path(settings["report"]))
    entries = [entry for file in ignore_files(settings) for entry in read_exceptions(file, ())]
    write_stdout(export(report, entries, report.target.repository, now))
    return 0
