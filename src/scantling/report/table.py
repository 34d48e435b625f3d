"""The table: a page for a person in front of a terminal. What was looked at, what is wrong, what to change, what
was not looked at, the verdict, and the next command. Readable at 80 columns; uses more where there are more."""

from __future__ import annotations

from scantling.guard.display import clip, display_width, pad, printable, wrap
from scantling.model.report import Report, ReportPackage

from .next_step import next_command
from .options import ReportOptions
from .paint import Paint
from .table_findings import findings_lines
from .table_header import header_lines
from .table_verdict import gap_lines, verdict_lines

_WIDTH_MIN, _WIDTH_MAX = 60, 200


def render(report: Report, options: ReportOptions) -> bytes:
    """``report`` as UTF-8 text, coloured if ``options`` allow it; without a database the packages are listed."""
    paint = Paint(options.color)
    width = min(max(options.width, _WIDTH_MIN), _WIDTH_MAX)
    parts = [header_lines(report, width, paint)]
    judged = bool(set(report.scanners) - {"packages", "vuln"})
    if report.database is not None or judged:
        parts.append(findings_lines(report, options.negligible, width, paint))
    if options.list_packages or (report.database is None and not judged):
        parts.append(_package_lines(report.packages, width, paint))
    parts.append(gap_lines(report, width, paint))
    if report.compliance:
        from .table_compliance import compliance_lines

        parts.append(compliance_lines(report, options.compliance_checks, width, paint))
    parts.append(verdict_lines(report, width, paint))
    parts.append([paint("bold", pad("Next", 9)) + next_command(report)])
    text = "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
    return text.encode("utf-8", "replace")


def _package_lines(packages: tuple[ReportPackage, ...], width: int, paint: Paint) -> list[str]:
    lines = [paint("heading", f"Packages ({len(packages)})")]
    rows = [(printable(p.type), printable(p.name), printable(p.version), _place(p)) for p in packages]
    if not rows:
        return [*lines, "  none"]
    types = min(max(display_width(row[0]) for row in rows), 10)
    names = min(max(display_width(row[1]) for row in rows), width * 2 // 5)
    versions = min(max(display_width(row[2]) for row in rows), width // 4)
    for type_, name, version, place in rows:
        left = f"  {pad(clip(type_, types), types)}  {pad(name, names)}  {pad(version, versions)}"
        room = width - display_width(left) - 2
        if place and room >= 12:
            left += "  " + paint("dim", clip(place, room))
        lines += wrap_long(left, name, width)
    return lines


def wrap_long(line: str, name: str, width: int) -> list[str]:
    """``line``, or if ``name`` alone fills it, its words on as many lines as they need: names are never cut."""
    if display_width(name) <= width * 2 // 5:
        return [line.rstrip()]
    return [("  " if index == 0 else "      ") + part for index, part in enumerate(wrap(line, width - 6))]


def _place(package: ReportPackage) -> str:
    return printable(package.locations[0].path) if package.locations else ""
