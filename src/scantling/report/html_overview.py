"""The top of the HTML page: what was scanned, how it came out, what to know before reading on; and the layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scantling.model.finding import SEVERITIES
from scantling.model.report import Report

from .base_words import base_line, split_line
from .groups import Block, sections
from .html_text import e, pill
from .notices import gap_notice, status_notices, violation_lines

_UPGRADES = 8
_GAPS = 200
_BAR_HEIGHT, _BAR_STEP, _BAR_LEFT, _BAR_WIDTH, _CHART_WIDTH = 18, 32, 112, 330, 540
_MARK = {"error": "Warning", "warning": "Note", "note": "Note"}


def header(report: Report) -> Iterator[str]:
    """The title, with the verdict in words."""
    words, style = _verdict(report)
    target = report.target
    yield "<header>"
    yield '<p class="soft">Container image scan</p>'
    yield f"<h1>{e(target.reference)}</h1>"
    yield f'<p><span class="pill {style}">{e(words)}</span> <span class="soft">{e(_scanned(report))}</span></p>'
    yield "</header>"


def _verdict(report: Report) -> tuple[str, str]:
    if report.verdict.outcome == "fail":
        return "Gate failed", "fail"
    if report.status != "complete":
        return "Not complete", "partial"
    if report.verdict.outcome == "pass":
        return "Gate passed", "pass"
    return "Complete", "pass"


def _scanned(report: Report) -> str:
    target = report.target
    os = (target.os.pretty_name or target.os.id) if target.os is not None else ""
    return " · ".join(
        word for word in (os, target.platform, f"{len(report.packages)} packages", report.created_at) if word
    )


def notices_section(report: Report) -> Iterator[str]:
    """That something was not looked at, and what makes the gate fail. Nothing when there is neither."""
    for notice in status_notices(report):
        role = ' role="alert"' if notice.level == "error" else ""
        yield f'<div class="notice {notice.level}"{role}><strong>{_MARK[notice.level]}:</strong> {e(notice.text)}.</div>'  # noqa: E501
    lines = violation_lines(report)
    if lines:
        items = "".join(f"<li>{e(line)}</li>" for line in lines)
        yield f'<div class="notice error"><strong>The gate failed:</strong><ul>{items}</ul></div>'


def gaps_section(report: Report) -> Iterator[str]:
    """Each gap. Nothing when there is none."""
    if report.gaps:
        yield '<section class="card" aria-labelledby="gaps-title">'
        yield f'<h2 id="gaps-title">Not looked at ({len(report.gaps)})</h2>'
        yield '<div class="scroll"><table class="stack"><thead><tr>'
        yield '<th scope="col">What</th><th scope="col">Where</th><th scope="col">Why</th></tr></thead><tbody>'
        for gap in report.gaps[:_GAPS]:
            serious = ' <span class="tag hot">blocks</span>' if gap.blocks else ""
            yield (
                f'<tr><td data-label="What">{e(gap_notice(gap).id)}{serious}</td>'
                f'<td data-label="Where"><code>{e(gap.where)}</code></td><td data-label="Why">{e(gap.reason)}</td></tr>'
            )
        yield "</tbody></table></div>"
        if len(report.gaps) > _GAPS:
            yield f"<p>and {len(report.gaps) - _GAPS} more; the JSON report has them all.</p>"
        yield "</section>"


def overview_section(report: Report) -> Iterator[str]:
    """Counts with their chart, what to change first, and the facts of the image."""
    live = [finding for finding in report.findings if finding.suppressed is None]
    counts = Counter(finding.severity for finding in live)
    yield '<section class="card" aria-labelledby="overview-title">'
    yield '<h2 id="overview-title">Overview</h2>'
    yield '<div class="grid"><div>'
    if live:
        yield from _chart(counts)
        fixable = sum(bool(finding.fixed_versions) for finding in live)
        exploited = sum(finding.kev is not None for finding in live)
        silenced = len(report.findings) - len(live)
        words = [f"{len(live)} finding{'s' if len(live) != 1 else ''}", f"{fixable} with a fix"]
        words += [f"{exploited} known to be exploited"] if exploited else []
        words += [f"{silenced} silenced"] if silenced else []
        yield f"<p>{', '.join(words)}.</p>"
    elif report.database is None:
        yield "<p>Vulnerabilities were not looked for.</p>"
    elif report.status == "complete":
        yield f"<p>No findings{' shown' if report.verdict.warnings else ''}.</p>"
    else:
        yield "<p>No findings in what could be read.</p>"
    yield "</div><div>"
    yield from _facts(report)
    yield "</div></div></section>"
    blocks = [block for section in sections(report, live) for block in section.blocks if block.upgrade]
    if blocks:
        yield from _upgrades(blocks)


def _chart(counts: Counter[str]) -> Iterator[str]:
    shown = [severity for severity in SEVERITIES if counts[severity]]
    most = max(counts[severity] for severity in shown)
    label = ", ".join(f"{counts[severity]} {severity.lower()}" for severity in shown)
    height = _BAR_STEP * len(shown)
    yield f'<svg viewBox="0 0 {_CHART_WIDTH} {height}" role="img" aria-label="Findings by severity: {label}">'
    for row, severity in enumerate(shown):
        top = row * _BAR_STEP + (_BAR_STEP - _BAR_HEIGHT) // 2
        width = max(4, _BAR_WIDTH * counts[severity] // most)
        base = top + _BAR_HEIGHT - 4
        yield f'<text x="0" y="{base}">{severity.capitalize()}</text>'
        yield f'<rect class="track" x="{_BAR_LEFT}" y="{top}" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" rx="3"/>'
        yield (
            f'<rect class="{severity.lower()}" x="{_BAR_LEFT}" y="{top}" width="{width}" height="{_BAR_HEIGHT}" rx="3"/>'  # noqa: E501
        )
        yield f'<text x="{_BAR_LEFT + _BAR_WIDTH + 12}" y="{base}">{counts[severity]}</text>'
    yield "</svg>"


def _facts(report: Report) -> Iterator[str]:
    target, coverage = report.target, report.coverage
    os, database = target.os, report.database
    end = ""
    if os is not None and os.eol is not None:
        end = f"{'ended' if os.eol else 'until'} {os.eol_date or ''}".strip()
    programs = ""
    if coverage.binaries is not None:
        binaries = coverage.binaries
        programs = f"{binaries.seen}, of which {binaries.unowned} are known to nothing"
    rows = [
        ("Image", target.image_digest, True),
        ("Platform", target.platform, False),
        ("Distribution", (os.pretty_name or os.id) if os is not None else "none found", False),
        ("Security support", end, False),
        ("Base image", base_line(report), False),
        ("Findings", split_line(finding for finding in report.findings if finding.suppressed is None), False),
        ("Binaries", programs, False),
        ("Runs as", target.config.user or "root (no user is set)", False),
        ("Database", f"{database.built_at}, {database.age_hours:.0f} hours old" if database is not None else "", False),
    ]
    yield "<dl>"
    for name, value, is_code in rows:
        if value:
            yield f"<dt>{name}</dt><dd>{f'<code>{e(value)}</code>' if is_code else e(value)}</dd>"
    yield "</dl>"


def _upgrades(blocks: list[Block]) -> Iterator[str]:
    ordered = sorted(
        blocks,
        key=lambda block: (
            min(SEVERITIES.index(problem.first.severity) for problem in block.problems), -block.cleared, block.name,
        ),
    )  # fmt: skip
    yield '<section class="card" aria-labelledby="upgrades-title">'
    yield '<h2 id="upgrades-title">What to change first</h2>'
    yield '<div class="scroll"><table class="stack"><thead><tr><th scope="col">Package</th><th scope="col">Installed</th>'  # noqa: E501
    yield '<th scope="col">Upgrade to</th><th scope="col" class="num">Clears</th><th scope="col">Worst</th></tr></thead>'  # noqa: E501
    yield "<tbody>"
    for block in ordered[:_UPGRADES]:
        worst = min((problem.first.severity for problem in block.problems), key=SEVERITIES.index)
        yield (
            f'<tr><td data-label="Package" class="package"><strong>{e(block.name)}</strong></td>'
            f'<td data-label="Installed" class="version"><code>{e(block.version)}</code></td>'
            f'<td data-label="Upgrade to" class="version"><code>{e(block.upgrade)}</code></td>'
            f'<td data-label="Clears" class="num">{block.cleared}</td><td data-label="Worst">{pill(worst)}</td></tr>'
        )
    yield "</tbody></table></div>"
    if len(ordered) > _UPGRADES:
        yield f'<p class="soft">and {len(ordered) - _UPGRADES} more packages with a fixed version.</p>'
    yield "</section>"


def layers_section(report: Report) -> Iterator[str]:
    """Each layer with what made it and how many findings it brought."""
    layers = report.target.layers
    if not layers:
        return
    live = [finding for finding in report.findings if finding.suppressed is None]
    brought = Counter((finding.diff_id, finding.severity) for finding in live)
    yield '<section class="card" aria-labelledby="layers-title">'
    yield f'<h2 id="layers-title">Layers ({len(layers)})</h2>'
    yield '<div class="scroll"><table class="stack"><thead><tr><th scope="col" class="num">Layer</th>'
    yield '<th scope="col">Made by</th><th scope="col" class="num">Size</th><th scope="col">Findings</th></tr></thead>'
    yield "<tbody>"
    for index, layer in enumerate(layers, 1):
        counts = " ".join(
            f'<span class="pill {severity.lower()}">{brought[layer.diff_id, severity]} {severity.lower()}</span>'
            for severity in SEVERITIES
            if brought[layer.diff_id, severity]
        )
        size = f"{layer.size / 1_000_000:.1f} MB" if layer.size >= 0 else ""
        yield (
            f'<tr><td data-label="Layer" class="num">{index}</td>'
            f'<td data-label="Made by"><code>{e(layer.created_by or "not recorded", 300)}</code>'
            f'<br><code class="soft">{e(layer.diff_id)}</code></td>'
            f'<td data-label="Size" class="num">{size}</td><td data-label="Findings">{counts or "none"}</td></tr>'
        )
    yield "</tbody></table></div></section>"
