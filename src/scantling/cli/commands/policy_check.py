"""``scantling policy check REPORT.json``: a saved report against policies and compliance packs. Nothing is scanned
again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scantling.model.errors import UsageError

from ..conclude import Done, concluded
from ..console import say
from ..outputs import pair, write_reports
from ..policies import history_of, packs_of, policies_of
from ..scanning import now_of, summary_line
from ..settings import Settings


def run(settings: Settings) -> int:
    with concluded(settings, settings.argument) as done:
        return _check(settings, done)


def _check(settings: Settings, done: Done) -> int:
    outputs = pair(settings["format"], settings["output"])
    asked, packs = policies_of(settings), packs_of(settings)
    if asked is None and not packs:
        hint = "name a file, or the shipped one: --policy default; or a pack: --compliance NAME"
        raise UsageError("no policy given", where="--policy", hint=hint)
    from scantling.model.report import Verdict
    from scantling.pipeline.comply import complied
    from scantling.pipeline.hold import held
    from scantling.policy.evaluate import evaluate, exit_code
    from scantling.policy.gate import Gate
    from scantling.report.load import load_report

    report = load_report(Path(settings.argument))
    now = now_of(settings)
    history = history_of(settings)
    if packs:
        report = complied(report, packs, now, history)
    if asked is None:
        gate = Gate()
        saved = report.verdict
        # no gate is asked for here; that findings were left out when the report was made stays known
        report = replace(report, verdict=Verdict("not_asked", (), saved.warnings, saved.suppressed_count))
    else:
        gate = Gate(has_policy=True)
        report, violations = held(report, asked, now, history)
        report = replace(report, verdict=evaluate(report, gate, violations))
    code = exit_code(report, gate)
    write_reports(report, outputs, settings)
    done(report, code, gate, asked)
    if not settings["quiet"]:
        say(summary_line(report, code))
    return code
