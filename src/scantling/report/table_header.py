"""The head of the table: what was looked at, with which data."""

from __future__ import annotations

from collections import Counter

from scantling.guard.display import pad, printable, wrap
from scantling.model.coverage_statement import CoverageStatement, Executables
from scantling.model.package import OS_TYPES
from scantling.model.report import DatabaseInfo, Report, ReportOs

from .amounts import size
from .base_words import base_line, split_line
from .paint import Paint

_LABEL = 9


def header_lines(report: Report, width: int, paint: Paint) -> list[str]:
    """Image, digest, operating system, packages, coverage, layers, base image, database."""
    target = report.target
    about = ", ".join(printable(part) for part in (target.kind, target.platform) if part)
    rows = [("Image", f"{printable(target.reference)} ({about})" if about else printable(target.reference), "bold")]
    if target.kind == "config":
        rows = [("Files", printable(target.reference), "bold")]
        return [line for label, text, style in rows for line in _lines(label, text, style, width, paint)]
    if target.image_digest:
        rows.append(("Digest", printable(target.image_digest), ""))
    rows.append(("OS", *_os(target.os)))
    rows.append(("Packages", _packages(report), ""))
    if coverage := _coverage(report.coverage):
        rows.append(("Coverage", coverage, ""))
    if target.layers:
        total = sum(max(layer.size, 0) for layer in target.layers)
        rows.append(("Layers", f"{len(target.layers)}" + (f", {size(total)} as stored" if total else ""), ""))
    if base := base_line(report):
        rows.append(("Base", base, "warn" if report.target.base is not None and report.target.base.behind else ""))
    if origin := split_line(finding for finding in report.findings if finding.suppressed is None):
        rows.append(("Findings", origin, ""))
    rows.append(("Database", *_database(report.database)))
    return [line for label, text, style in rows for line in _lines(label, text, style, width, paint)]


def _lines(label: str, text: str, style: str, width: int, paint: Paint) -> list[str]:
    lines = []
    for index, line in enumerate(wrap(text, width - _LABEL)):
        head = paint("bold", pad(label, _LABEL)) if index == 0 else " " * _LABEL
        lines.append(head + (paint(style, line) if style else line))
    return lines


def _os(os: ReportOs | None) -> tuple[str, str]:
    if os is None:
        return "none found", ""
    name = printable(os.pretty_name or f"{os.id} {os.version_id}".strip() or "unknown")
    if os.eol:
        since = f" since {printable(os.eol_date)}" if os.eol_date else ""
        return f"{name}: END OF LIFE{since}, no more security updates", "bad"
    if os.eol is None:
        return f"{name} (end of support not known)", ""
    return f"{name}, supported until {printable(os.eol_date)}" if os.eol_date else f"{name}, supported", ""


def _packages(report: Report) -> str:
    counts = Counter(package.type for package in report.packages)
    if not counts:
        return "none"
    ordered = sorted(counts, key=lambda type_: (type_ not in OS_TYPES, -counts[type_], type_))
    return f"{counts.total()}: " + ", ".join(f"{counts[type_]} {printable(type_)}" for type_ in ordered)


def _coverage(coverage: CoverageStatement) -> str:
    parts = []
    if coverage.binaries is not None and coverage.binaries.seen:
        parts.append(_executables(coverage.binaries, "binaries", "binary"))
    if coverage.scripts is not None and coverage.scripts.unowned:
        parts.append(_executables(coverage.scripts, "scripts", "script"))
    locks = coverage.lock_files
    if locks is not None and locks.read + locks.not_read:
        count = locks.read + locks.not_read
        text = f"{count} lock file{'s' if count != 1 else ''}"
        parts.append(f"{text}, {locks.not_read} not read" if locks.not_read else text)
    return "; ".join(parts)


def _executables(found: Executables, many: str, one: str) -> str:
    shares = [
        f"{count} {what}"
        for count, what in (
            (found.owned, "of OS packages"), (found.versioned, "versioned"), (found.unowned, "known to nothing"),
        )
        if count
    ]  # fmt: skip
    return f"{found.seen} {many if found.seen != 1 else one}: {', '.join(shares)}"


def _database(database: DatabaseInfo | None) -> tuple[str, str]:
    if database is None:
        return "none used: vulnerabilities were not looked for", ""
    built = printable(database.built_at)
    if database.demo:
        return f"DEMO DATA, a handful of advisories: not for real scans (built {built})", "warn"
    sources = len(database.sources)
    failed = sum(bool(source.error) for source in database.sources)
    text = f"{_age(database.age_hours)} old (built {built}), {sources} source{'s' if sources != 1 else ''}"
    return (f"{text}, {failed} of them failed", "warn") if failed else (text, "")


def _age(hours: float) -> str:
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours:.0f} hours" if hours >= 1.5 else "1 hour"
    return f"{hours / 24:.0f} days"
