"""``scantling diff OLD NEW``: what got better, worse, stayed. Each is a target, or a saved JSON report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scantling.policy.gate import Gate

from ..conclude import Done, concluded
from ..console import say
from ..outputs import Output, on_screen, pair_of, write_rendered
from ..saved_or_scanned import report_of
from ..scanning import gate_of
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.diff.changes import Changes
    from scantling.model.report import Report, Verdict

_FORMATS = ("table", "json", "markdown")


def run(settings: Settings) -> int:
    with concluded(settings, settings.arguments[-1]) as done:
        return _diff(settings, done)


def _diff(settings: Settings, done: Done) -> int:
    outputs = pair_of(settings, _FORMATS, "differences")
    gate = gate_of(settings)
    from scantling.diff.changes import changes

    old, new = (report_of(name, settings, gate) for name in settings.arguments)
    found = changes(old, new)
    write_rendered([(output, _rendered(found, output, settings)) for output in outputs])
    verdict, code = _judged(found, gate, new)
    done(replace(new, verdict=verdict), code, gate, None)
    if not settings["quiet"]:
        say(f"scantling: {len(found.new)} new, {len(found.fixed)} fixed, {found.same} unchanged; exit {code}")
    return code


def _rendered(found: Changes, output: Output, settings: Settings) -> bytes:
    if output.format == "json":
        from scantling.diff.json import render as json

        return json(found)
    if output.format == "markdown":
        from scantling.diff.markdown import render as markdown

        return markdown(found)
    from scantling.diff.table import render as table

    width, paint = on_screen(output, settings)
    return table(found, width, paint)


def _judged(found: Changes, gate: Gate, new: Report) -> tuple[Verdict, int]:
    """The verdict on the new report, as if it had no findings but the new ones, and its exit code."""
    from scantling.policy.evaluate import evaluate, exit_code

    report = replace(new, findings=tuple(change.finding for change in found.new))
    judged = replace(report, verdict=evaluate(report, gate))
    return judged.verdict, exit_code(judged, gate)
