"""A report for the commands that take a target or a saved report: the latter is read, and nothing is scanned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.policy.gate import Gate, select

from .scanning import progress_of, scan_options
from .settings import Settings

if TYPE_CHECKING:
    from scantling.model.report import Report
    from scantling.pipeline.options import ScanOptions

_BEGINNING = 4096


def report_of(name: str, settings: Settings, gate: Gate, options: ScanOptions | None = None) -> Report:
    """The report called ``name``, or that of the target ``name``, with the findings that the gate's filter lets
    through; ``options`` are those of ``settings`` unless given. Raises as loading and scanning do."""
    report = whole_report_of(name, settings, gate, options)
    return replace(report, findings=select(report.findings, gate))


def whole_report_of(name: str, settings: Settings, gate: Gate, options: ScanOptions | None = None) -> Report:
    """The same with every finding."""
    if is_saved(Path(name)):
        from scantling.report.load import load_report

        return load_report(Path(name))
    from scantling.pipeline.scan import scan

    progress = progress_of(settings)
    try:
        return scan(name, options or scan_options(settings, gate), progress)
    finally:
        progress.clear()


def is_saved(path: Path) -> bool:
    """Whether ``path`` is a JSON report of ours: documents of other makers are targets."""
    try:
        with path.open("rb") as file:
            return b'"schema_version"' in file.read(_BEGINNING)
    except OSError:
        return False
