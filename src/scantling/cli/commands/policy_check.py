"""``scantling policy check REPORT.json --policy P``: a saved report against policies. Nothing is scanned again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scantling.model.errors import UsageError

from ..console import say
from ..outputs import pair, write_reports
from ..policies import policies_of
from ..scanning import now_of, summary_line
from ..settings import Settings


def run(settings: Settings) -> int:
    outputs = pair(settings["format"], settings["output"])
    asked = policies_of(settings)
    if asked is None:
        raise UsageError("no policy given", where="--policy", hint="name a file, or the shipped one: --policy default")
    from scantling.pipeline.hold import held
    from scantling.policy.evaluate import evaluate, exit_code
    from scantling.policy.gate import Gate
    from scantling.report.load import load_report

    report = load_report(Path(settings.argument))
    gate = Gate(has_policy=True)
    history = Path(settings["history"]) if settings["history"] else None
    report, violations = held(report, asked, now_of(settings), history)
    report = replace(report, verdict=evaluate(report, gate, violations))
    code = exit_code(report, gate)
    write_reports(report, outputs, settings)
    if not settings["quiet"]:
        say(summary_line(report, code))
    return code
