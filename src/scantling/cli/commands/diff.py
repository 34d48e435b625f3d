"""``scantling diff OLD NEW``: what got better, worse, stayed. Each is a target, or a saved JSON report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.model.errors import UsageError
from scantling.policy.gate import Gate, select

from ..console import say, terminal_width, wants_color
from ..outputs import Output, pair, write_rendered
from ..scanning import gate_of, progress_of, scan_options
from ..settings import Settings

if TYPE_CHECKING:
    from scantling.diff.changes import Changes
    from scantling.model.report import Report

_FORMATS = ("table", "json", "markdown")
_BEGINNING = 4096


def run(settings: Settings) -> int:
    outputs = pair(settings["format"], settings["output"])
    if wrong := sorted({output.format for output in outputs} - set(_FORMATS)):
        raise UsageError(
            f"differences have no format {wrong[0]}", where="--format", hint=f"one of {', '.join(_FORMATS)}"
        )
    gate = gate_of(settings)
    from scantling.diff.changes import changes

    old, new = (_report(name, settings, gate) for name in settings.arguments)
    found = changes(old, new)
    write_rendered([(output, _rendered(found, output, settings)) for output in outputs])
    code = _exit_code(found, gate, new)
    if not settings["quiet"]:
        say(f"scantling: {len(found.new)} new, {len(found.fixed)} fixed, {found.same} unchanged; exit {code}")
    return code


def _report(name: str, settings: Settings, gate: Gate) -> Report:
    if _is_saved(Path(name)):
        from scantling.report.load import load_report

        report = load_report(Path(name))
    else:
        from scantling.pipeline.scan import scan

        progress = progress_of(settings)
        try:
            report = scan(name, scan_options(settings, gate), progress)
        finally:
            progress.clear()
    return replace(report, findings=select(report.findings, gate))


def _is_saved(path: Path) -> bool:
    """Whether ``path`` is a JSON report of ours: documents of other makers are targets."""
    try:
        with path.open("rb") as file:
            return b'"schema_version"' in file.read(_BEGINNING)
    except OSError:
        return False


def _rendered(found: Changes, output: Output, settings: Settings) -> bytes:
    if output.format == "json":
        from scantling.diff.json import render as json

        return json(found)
    if output.format == "markdown":
        from scantling.diff.markdown import render as markdown

        return markdown(found)
    from scantling.diff.table import render as table
    from scantling.report.paint import Paint

    when, on_screen = settings["color"], output.path is None
    color = wants_color(when, settings.environ) if on_screen else when == "always"
    return table(found, terminal_width(settings.environ) if on_screen else 80, Paint(color))


def _exit_code(found: Changes, gate: Gate, new: Report) -> int:
    """That of the new report, if it had no findings but the new ones."""
    from scantling.policy.evaluate import evaluate, exit_code

    report = replace(new, findings=tuple(change.finding for change in found.new))
    return exit_code(replace(report, verdict=evaluate(report, gate)), gate)
