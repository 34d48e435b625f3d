"""One screen for an image: what it is, its grade, what to do next, and where the findings are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scantling.guard.display import clip, pad, printable, wrap
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.report import Report
from scantling.report.paint import Paint
from scantling.report.table_header import header_lines

from .actions import actions
from .grade import Grade, grade

_LABEL = 9
_COLUMNS = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
_CELL = 5
_BAR = 20
_LAYERS = 12


def render(report: Report, width: int, paint: Paint) -> bytes:
    """``report`` as UTF-8 text of at most ``width`` columns."""
    live = [finding for finding in report.findings if finding.suppressed is None]
    parts = [
        header_lines(report, width, paint),
        list(_grade(grade(report), width, paint)),
        list(_counts(live, paint)),
        list(_layers(report, live, width, paint)),
        list(_actions(report, width, paint)),
    ]
    text = "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
    return text.encode("utf-8", "replace")


def _grade(found: Grade, width: int, paint: Paint) -> Iterator[str]:
    style = {"A": "good", "B": "good", "C": "warn"}.get(found.letter, "bad")
    letter = f" {found.letter} " if found.complete else f" at best {found.letter} "
    points = f"{found.points} of 100 points"
    if not found.complete:
        points += "; not everything could be looked at"
    yield paint("bold", pad("Grade", _LABEL)) + paint(style if found.complete else "warn", letter) + f"  {points}"
    for deduction in found.deductions:
        text = f"-{deduction.points:<3} {deduction.sort}: {deduction.count}"
        yield from (" " * _LABEL + line for line in wrap(text, width - _LABEL))


def _counts(live: list[Finding], paint: Paint) -> Iterator[str]:
    counts = Counter(finding.severity for finding in live)
    most = max(counts.values(), default=0)
    for severity in SEVERITIES:
        if count := counts[severity]:
            bar = "█" * max(1, round(_BAR * count / most))
            yield f"{' ' * _LABEL}{pad(severity, 11)}{count:>5}  {paint(severity, bar)}"


def _layers(report: Report, live: list[Finding], width: int, paint: Paint) -> Iterator[str]:
    """Layers times severities, each cell a count: the instruction to look at is the one with the dark cells."""
    by_layer: dict[str, Counter[str]] = {}
    for finding in live:
        if finding.severity in _COLUMNS:
            by_layer.setdefault(finding.diff_id, Counter())[finding.severity] += 1
    known = {layer.diff_id for layer in report.target.layers}
    rows = [(f"{n}", layer.created_by, by_layer.get(layer.diff_id)) for n, layer in enumerate(report.target.layers, 1)]
    elsewhere = sum((counts for diff_id, counts in by_layer.items() if diff_id not in known), Counter())
    if elsewhere:
        rows.append(("", "the image's configuration", elsewhere))
    shown = [(number, made, counts) for number, made, counts in rows if counts]
    if not shown:
        return
    heads = "".join(f"{name[:4].title():>{_CELL}}" for name in _COLUMNS)
    yield paint("bold", f"{pad('Layers', _LABEL)}{heads}   made by")
    room = max(width - _LABEL - _CELL * len(_COLUMNS) - 3, 20)
    for number, made, counts in shown[:_LAYERS]:
        cells = "".join(_cell(name, counts[name], paint) for name in _COLUMNS)
        yield f"{number:>{_LABEL - 2}}  {cells}   {paint('dim', clip(printable(made) or 'not known', room))}"
    if len(shown) > _LAYERS:
        yield f"{' ' * _LABEL}and {len(shown) - _LAYERS} more layers with findings"


def _cell(severity: str, count: int, paint: Paint) -> str:
    return paint(severity, f"{count:>{_CELL}}") if count else paint("dim", f"{'·':>{_CELL}}")


def _actions(report: Report, width: int, paint: Paint) -> Iterator[str]:
    for number, text in enumerate(actions(report), 1):
        for index, line in enumerate(wrap(f"{number}. {text}", width - _LABEL - 3)):
            label = "Next" if number == 1 and index == 0 else ""
            yield paint("bold", pad(label, _LABEL)) + ("   " if index else "") + line
