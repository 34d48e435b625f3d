"""One self-contained HTML page: overview, layers, findings with explanation, packages.

It loads nothing: style and script are inside, allowed by their hashes, and the content security policy refuses all
else. Without the script the page is whole, just not sortable. Every text is escaped; the facts that the script sorts
by are JSON in which no character can end the element.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from itertools import chain

from scantling.guard import limits
from scantling.guard.display import printable
from scantling.model.report import Report

from .html_compliance import compliance_section
from .html_findings import findings_section
from .html_overview import gaps_section, header, layers_section, notices_section, overview_section
from .html_packages import packages_section
from .html_text import data_block, e
from .identity import ranked
from .options import ReportOptions


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as one HTML page, UTF-8, with at most ``limits.HTML_FINDINGS`` findings, the most severe first."""
    style, script = _asset("report.css"), _asset("report.js")
    order = ranked(report.findings)
    kept = order[: limits.HTML_FINDINGS]
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    lines = chain(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{e(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>Scan of {e(report.target.reference, 200)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#findings-title">Skip to the findings</a>',
        ],
        header(report),
        ["<main>"],
        notices_section(report),
        overview_section(report),
        gaps_section(report),
        compliance_section(report),
        findings_section(report, kept, cut=len(order) - len(kept)),
        layers_section(report),
        packages_section(report),
        ["</main>"],
        _footer(report),
        [data_block(report, kept), f"<script>{script}</script>", "</body>", "</html>", ""],
    )
    return "\n".join(lines).encode("utf-8", "replace")


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _footer(report: Report) -> list[str]:
    facts = [f"Scantling {printable(report.tool.version)}", f"made at {printable(report.created_at)}"]
    if report.database is not None:
        facts.append(f"database {printable(report.database.digest)} of {printable(report.database.built_at)}")
    return ["<footer>", f"<p>{e(' · '.join(facts))}</p>", "</footer>"]
