"""Text into HTML and JSON into a script element, so that nothing in it is taken for markup."""

from __future__ import annotations

import html

from scantling.guard.display import MAX_CHARS, printable
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.report import Report

from .links import safe_url


def e(text: str, max_chars: int = MAX_CHARS) -> str:
    """``text`` printable and escaped, for element content and quoted attributes alike."""
    return html.escape(printable(text, max_chars), quote=True)


def link(url: str | None, text: str) -> str:
    """A link to ``url`` if it is a safe address, else the words alone."""
    safe = safe_url(url) if url else None
    return f'<a href="{e(safe)}" rel="noopener noreferrer">{e(text)}</a>' if safe else e(text)


def pill(severity: str) -> str:
    """A severity as a word on its colour."""
    return f'<span class="pill {severity.lower()}">{severity.capitalize()}</span>'


def data_block(report: Report, findings: list[tuple[str, Finding]]) -> str:
    """What the page's script reads: the facts of each finding, in the order of the table's rows."""
    import msgspec

    names = {package.purl: package.name for package in report.packages}
    facts = [
        {
            "fingerprint": id_,
            "id": printable(finding.id),
            "aliases": printable(" ".join(finding.aliases)),
            "title": printable(finding.title),
            "severity": finding.severity,
            "rank": SEVERITIES.index(finding.severity),
            "package": printable(names.get(finding.package or "", finding.package or finding.path)),
            "installed": printable(finding.installed_version),
            "fixed": printable(" ".join(finding.fixed_versions)),
            "status": finding.status,
            "priority": finding.priority.score,
            "exploited": finding.kev is not None,
            "silenced": finding.suppressed is not None,
            "path": printable(finding.path),
            "diff_id": printable(finding.diff_id),
        }
        for id_, finding in findings
    ]
    raw = msgspec.json.encode({"reference": printable(report.target.reference), "findings": facts}).decode()
    for character in "<>&\u2028\u2029":
        raw = raw.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="data">{raw}</script>'
