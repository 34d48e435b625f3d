"""The findings of the HTML page: one row each, its explanation folded into it."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.guard.display import clip, printable
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.relations import required_by
from scantling.model.report import Report, ReportPackage

from .base_words import origin
from .html_text import e, link, pill
from .links import advisory_url, safe_url
from .relation_words import asked_words, by_purl, needed_words, path_words

_DESCRIPTION_CHARS = 1_200
_REFERENCES = 8
# the heading of each column and the fact that it is sorted by
_COLUMNS = (
    ("Severity", "rank", ""), ("Finding", "id", ""), ("Package", "package", ""),
    ("Installed", "installed", ""), ("Fixed in", "fixed", ""), ("Priority", "priority", ' class="num"'),
)  # fmt: skip


def findings_section(report: Report, findings: list[tuple[str, Finding]], cut: int) -> Iterator[str]:
    """All ``findings`` as a table with its controls, which stay hidden without the script; ``cut`` were left out."""
    yield '<section class="card" aria-labelledby="findings-title">'
    yield f'<h2 id="findings-title" tabindex="-1">Findings ({len(findings) + cut})</h2>'
    if cut:
        yield f'<div class="notice warning">{cut} less severe findings are not on this page: see the JSON report.</div>'
    if findings:
        yield from _controls(report, findings)
        known = by_purl(report.packages)
        needed = required_by(report.packages)
        yield '<div class="scroll"><table id="findings" class="stack"><thead><tr>'
        for name, key, more in _COLUMNS:
            yield f'<th scope="col" data-key="{key}"{more}>{name}</th>'
        yield "</tr></thead><tbody>"
        for id_, finding in findings:
            yield from _row(id_, finding, known, needed)
        yield "</tbody></table></div>"
        yield '<p id="none" hidden>No finding matches the filter.</p>'
    else:
        yield f"<p>{_nothing(report)}</p>"
    yield "</section>"


def _nothing(report: Report) -> str:
    if report.database is None:
        return "Vulnerabilities were not looked for."
    if report.status != "complete":
        return "No findings in what could be read. The scan is not complete."
    return "No findings that the filter lets through." if report.verdict.warnings else "No findings."


def _controls(report: Report, findings: list[tuple[str, Finding]]) -> Iterator[str]:
    present = {finding.severity for _, finding in findings}
    yield '<form id="controls" class="controls" role="search" aria-label="Filter the findings" hidden>'
    yield '<div><label for="search">Search</label>'
    yield '<input type="search" id="search" autocomplete="off" placeholder="CVE, package, path, title"></div>'
    yield '<div><label for="layer">Layer</label><select id="layer"><option value="">all layers</option>'
    for index, layer in enumerate(report.target.layers, 1):
        words = clip(printable(layer.created_by or layer.diff_id), 50)
        yield f'<option value="{e(layer.diff_id)}">{index}: {e(words)}</option>'
    yield "</select></div>"
    yield '<fieldset class="checks"><legend>Severity</legend>'
    for severity in SEVERITIES:
        if severity in present:
            yield (
                f'<label><input type="checkbox" name="severity" value="{severity}" checked> {severity.capitalize()}</label>'  # noqa: E501
            )
    yield "</fieldset>"
    yield '<fieldset class="checks"><legend>Only those</legend>'
    yield '<label><input type="checkbox" id="fixable"> with a fix</label>'
    yield '<label><input type="checkbox" id="exploited"> known to be exploited</label>'
    yield '<label><input type="checkbox" id="silenced" checked> and silenced ones too</label></fieldset>'
    yield '<div><button type="reset" id="reset">Reset</button> <button type="button" id="open">Unfold all</button> '
    yield '<button type="button" id="close">Fold all</button></div>'
    yield '<output id="shown" class="soft" aria-live="polite"></output>'
    yield "</form>"


def _row(
    id_: str, finding: Finding, known: dict[str, ReportPackage], needed: dict[str, tuple[str, ...]]
) -> Iterator[str]:
    package = known.get(finding.package or "")
    name = package.name if package is not None else finding.package or finding.path or "the image"
    fixed = ", ".join(e(version) for version in finding.fixed_versions[:5])
    silenced = ' class="silenced"' if finding.suppressed is not None else ""
    yield f'<tr id="f-{e(id_)}"{silenced}><td data-label="Severity">{pill(finding.severity)}</td>'
    yield f'<td class="what"><details><summary><span class="id">{e(finding.id)}</span> {e(finding.title, 160)} '
    yield f"{''.join(_tags(finding))}</summary>"
    yield from _explanation(id_, finding, _relations(package, known, needed))
    yield "</details></td>"
    yield f'<td data-label="Package" class="package">{e(name, 120)}</td>'
    yield f'<td data-label="Installed" class="version"><code>{e(finding.installed_version)}</code></td>'
    where = f"<code>{fixed}</code>" if fixed else f'<span class="soft">{finding.status.replace("_", " ")}</span>'
    yield f'<td data-label="Fixed in" class="version">{where}</td>'
    yield f'<td data-label="Priority" class="num">{finding.priority.score}</td></tr>'


def _tags(finding: Finding) -> Iterator[str]:
    if finding.kind != "vulnerability":
        yield f'<span class="tag">{e(finding.kind)}</span>'
    if finding.kev is not None:
        yield '<span class="tag hot">known to be exploited</span>'
    if finding.exploit_public:
        yield '<span class="tag hot">exploit public</span>'
    if finding.epss is not None and finding.epss.score >= 0.01:
        yield f'<span class="tag">EPSS {finding.epss.score:.0%}</span>'
    if finding.suppressed is not None:
        yield '<span class="tag">silenced</span>'


def _relations(
    package: ReportPackage | None, known: dict[str, ReportPackage], needed: dict[str, tuple[str, ...]]
) -> list[tuple[str, str]]:
    if package is None:
        return []
    return [
        ("Asked for", asked_words(package)),
        ("Comes by", path_words(package, known)),
        ("Needed by", needed_words(needed.get(package.purl, ()), known)),
    ]


def _explanation(id_: str, finding: Finding, relations: list[tuple[str, str]]) -> Iterator[str]:
    if finding.remediation:
        yield f"<p><strong>What to do:</strong> {e(finding.remediation)}</p>"
    if finding.suppressed is not None:
        until = f" until {e(finding.suppressed.expires)}" if finding.suppressed.expires else ""
        yield f"<p><strong>Silenced</strong> by {e(finding.suppressed.by)}{until}: {e(finding.suppressed.reason)}</p>"
    if finding.description:
        yield f"<p>{e(finding.description, _DESCRIPTION_CHARS)}</p>"
    scores = ", ".join(f"{cvss.score:.1f} (CVSS {cvss.version}, {cvss.source})" for cvss in finding.cvss[:4])
    rows = [
        ("Why this priority", ", ".join(finding.priority.reasons)),
        ("Severity from", finding.severity_source),
        ("Scores", scores),
        ("Exploited since", finding.kev.added if finding.kev is not None else ""),
        ("Weakness", ", ".join(finding.cwes)),
        ("Also called", ", ".join(finding.aliases)),
        ("Package", finding.package or ""),
        *relations,
        ("Matched", f"{finding.match.feed} says {finding.match.range}" if finding.match is not None else ""),
        ("File", f"{finding.path}:{finding.line}" if finding.line else finding.path),
        ("Layer", finding.created_by or finding.diff_id),
        ("Brought by", origin(finding.from_base)),
        ("Finding id", id_),
    ]
    yield "<dl>"
    yield from (f"<dt>{name}</dt><dd>{e(value)}</dd>" for name, value in rows if value)
    yield "</dl>"
    links = [url for url in map(safe_url, finding.references) if url][:_REFERENCES]
    if finding.is_advised:
        links = list(dict.fromkeys([advisory_url(finding.id, finding.references), *links]))
    if links:
        items = "".join(f"<li>{link(url, clip(url, 100))}</li>" for url in links)
        yield f"<h3>Read more</h3><ul>{items}</ul>"
