"""What a reader must know before the list of findings: what was not looked at, and what the list leaves out.

Every format says these in its own way, so that none of them can look clean when the scan was not complete.
"""

from __future__ import annotations

from dataclasses import dataclass

from scantling.guard.display import printable
from scantling.model.coverage import Gap
from scantling.model.report import Report


@dataclass(frozen=True, slots=True)
class Notice:
    """``level`` is "error" (the scan does not speak for the whole image), "warning" or "note"; ``id`` a kind of gap or
    of notice; ``text`` one printable line."""

    level: str
    id: str
    text: str


def status_notices(report: Report) -> tuple[Notice, ...]:
    """The state of the whole scan, without the single gaps. Empty when there is nothing to say."""
    found: list[Notice] = []
    blocking = sum(gap.blocks for gap in report.gaps)
    if report.status != "complete":
        things = "1 thing was" if blocking == 1 else f"{blocking} things were"
        found.append(Notice("error", "incomplete", f"The scan is not complete: {things} not looked at"))
    if report.database is None:
        found.append(Notice("warning", "not-asked", "Vulnerabilities were not looked for: packages are listed alone"))
    elif report.database.demo:
        found.append(Notice("error", "demo-data", "Demonstration data: this says nothing about a real image"))
    for warning in report.verdict.warnings:
        if warning.rule == "incomplete":  # the gaps themselves say it
            continue
        found.append(Notice("note", printable(warning.rule), printable(warning.message)))
    return tuple(found)


def gap_notice(gap: Gap) -> Notice:
    """One gap as a line."""
    return Notice(
        "error" if gap.blocks else "note",
        printable(gap.what),
        f"Not looked at: {printable(gap.where)}: {printable(gap.reason)}",
    )


def notices(report: Report) -> tuple[Notice, ...]:
    """All of it: the state of the scan, then each gap."""
    return (*status_notices(report), *map(gap_notice, report.gaps))


def violation_lines(report: Report) -> list[str]:
    """What makes the gate fail, one printable line each."""
    return [f"{printable(item.rule)}: {printable(item.message)}" for item in report.verdict.violations]
