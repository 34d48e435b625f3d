"""The inventory of the HTML page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scantling.guard import limits
from scantling.model.report import Report

from .html_text import e


def packages_section(report: Report) -> Iterator[str]:
    """Every package with its version, licence and number of findings, folded."""
    counts = Counter(finding.package for finding in report.findings if finding.suppressed is None)
    cut = len(report.packages) - limits.HTML_PACKAGES
    yield '<section class="card" aria-labelledby="packages-title">'
    yield f'<h2 id="packages-title">Packages ({len(report.packages)})</h2>'
    if report.packages:
        yield "<details><summary>Show all packages</summary>"
        yield '<div class="scroll"><table class="stack"><thead><tr><th scope="col">Package</th>'
        yield '<th scope="col">Version</th><th scope="col">Type</th><th scope="col">Licence</th>'
        yield '<th scope="col">File</th><th scope="col" class="num">Findings</th></tr></thead><tbody>'
        for package in report.packages[: limits.HTML_PACKAGES]:
            path = package.locations[0].path if package.locations else ""
            yield (
                f'<tr><td data-label="Package" class="package">{e(package.name, 200)}</td>'
                f'<td data-label="Version" class="version"><code>{e(package.version, 200)}</code></td>'
                f'<td data-label="Type">{e(package.type)}</td>'
                f'<td data-label="Licence">{e(", ".join(package.licenses), 200)}</td>'
                f'<td data-label="File"><code>{e(path, 300)}</code></td>'
                f'<td data-label="Findings" class="num">{counts[package.purl] or ""}</td></tr>'
            )
        yield "</tbody></table></div></details>"
        if cut > 0:
            yield f"<p>{cut} more packages are not on this page: see the JSON report.</p>"
    else:
        yield "<p>No packages were found.</p>"
    yield "</section>"
