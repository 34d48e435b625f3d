"""Candidates for a base, scanned or read from saved reports, and their comparison written: what ``base compare`` and
``base recommend`` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import Unscannable
from scantling.policy.gate import Gate

from .conclude import concluded
from .console import say
from .outputs import on_screen, pair_of, write_rendered
from .saved_or_scanned import report_of
from .scanning import gate_of, scan_options
from .settings import Settings

if TYPE_CHECKING:
    from scantling.base.candidates import Candidate
    from scantling.model.report import Report
    from scantling.pipeline.options import ScanOptions

Choose = Callable[["Report", "ScanOptions"], tuple[Sequence["Candidate"], Sequence[str]]]
"""The candidates for the image of a report, and notes on how they were found."""


def compare_with(settings: Settings, choose: Choose) -> int:
    """Scan the first argument, compare its base with what ``choose`` gives, and write that."""
    outputs = pair_of(settings, ("table", "json"), "the comparison")
    from scantling.base.compare import compare
    from scantling.base.page import lines
    from scantling.report.json import encode

    gate = gate_of(settings)
    options = replace(scan_options(settings, gate), scanners=frozenset({"vuln"}))
    with concluded(settings, settings.argument) as done:
        report = report_of(settings.argument, settings, gate, options)
        done(report, 0, gate, None)
        compare(report, ())  # what cannot be compared is better told before candidates are scanned
        chosen, notes = choose(report, options)
        scanned, left_out = _scanned(chosen, report, settings, gate, options)
    found = compare(report, scanned, (*notes, *left_out))
    rendered = []
    for output in outputs:
        width, _ = on_screen(output, settings)
        text = encode(found) if output.format == "json" else ("\n".join(lines(found, width)) + "\n").encode()
        rendered.append((output, text))
    write_rendered(rendered)
    return 0


def _scanned(
    chosen: Sequence[Candidate], report: Report, settings: Settings, gate: Gate, options: ScanOptions
) -> tuple[list[tuple[Candidate, Report]], list[str]]:
    found, notes = [], []
    for candidate in chosen:
        if not settings["quiet"] and not Path(candidate.target).is_file():
            say(f"scanning {printable(candidate.target)}")
        try:
            found.append((candidate, report_of(candidate.target, settings, gate, _for(candidate, report, options))))
        except Unscannable as error:
            if len(chosen) == 1:
                raise
            notes.append(f"{candidate.reference} could not be scanned: {error}")
    return found, notes


def _for(candidate: Candidate, report: Report, options: ScanOptions) -> ScanOptions:
    """The same platform as the image's; credentials that were given for the image's registry go nowhere else."""
    from scantling.guard.secret import Secret

    source = replace(options.source, platform=options.source.platform or report.target.platform)
    if _registry(candidate.target) != _registry(report.target.reference):
        source = replace(source, username="", password=Secret(""), registry_token=Secret(""))
    return replace(options, source=source, base=replace(options.base, dockerfile=None, ask_registry=False))


def _registry(target: str) -> str:
    from scantling.model.errors import UsageError
    from scantling.source.reference import parse_reference

    try:
        return parse_reference(target.removeprefix("registry:")).registry
    except UsageError:
        return ""
