"""The measurements as a Markdown table and as an SVG chart; the table can be read back."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from pathlib import Path

from bench_measure import Result

_MARK = ("<!-- bench:begin -->", "<!-- bench:end -->")
PEER = "syft 1.18.1, package list"
_ROW, _LEFT, _WIDTH = 22, 330, 820


def ratios(results: Sequence[Result]) -> dict[tuple[str, str], float]:
    """Wall time against the peer's on the same image, by (image, command); against bare Python's where the peer has
    not run ("none")."""
    peers = {result.image: result.wall for result in results if result.name == PEER}
    peers["none"] = next((result.wall for result in results if result.name == "python -I -c pass"), 1.0)
    return {(r.image, r.name): r.wall / peers[r.image] for r in results if r.image in peers}


def write(results: Sequence[Result], head: str, page: Path, chart: Path) -> str:
    """Put both where they belong; the table."""
    table = _table(results, head)
    before, rest = page.read_text().split(_MARK[0])
    page.write_text(f"{before}{_MARK[0]}\n{table}\n{_MARK[1]}{rest.split(_MARK[1])[1]}")
    chart.write_text(_chart(results, head))
    return table


def read(page: Path) -> dict[tuple[str, str], float]:
    """The ratios of a written table."""
    found = {}
    for line in page.read_text().split(_MARK[0])[1].split(_MARK[1])[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[5].replace(".", "", 1).isdigit():
            found[cells[0], cells[1]] = float(cells[5])
    return found


def _table(results: Sequence[Result], head: str) -> str:
    known = ratios(results)
    lines = [head, "", "| image | command | wall s | cpu s | peak MiB | ratio |", "|---|---|---|---|---|---|"]
    for r in results:
        ratio = known.get((r.image, r.name))
        shown = "" if ratio is None else f"{ratio:.3f}"
        lines.append(f"| {r.image} | {r.name} | {r.wall:.3f} | {r.cpu:.3f} | {r.peak:.0f} | {shown} |")
    return "\n".join(lines)


def _chart(results: Sequence[Result], head: str) -> str:
    """Bars of wall time; the scale is logarithmic, since a warm scan and the peer are three orders apart."""
    least, most = 0.01, max(result.wall for result in results)
    span = math.log(most / least)
    height = (len(results) + 2) * _ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="sans-serif" '
        f'font-size="12"><title>Wall seconds, logarithmic</title>',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="8" y="16">{html.escape(head)}</text>',
    ]
    for row, result in enumerate(results, 1):
        y = row * _ROW + 6
        width = max(2.0, (_WIDTH - _LEFT - 80) * math.log(max(result.wall, least) / least) / span)
        colour = "#1f6feb" if result.name.startswith("scantling") else "#9aa4b2"
        label = html.escape(f"{result.image}: {result.name}" if result.image != "none" else result.name)
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{label}</text>'
            f'<rect x="{_LEFT}" y="{y}" width="{width:.0f}" height="{_ROW - 5}" fill="{colour}"/>'
            f'<text x="{_LEFT + width + 6:.0f}" y="{y + 13}">{result.wall:.3f} s</text>'
        )
    return "\n".join([*parts, "</svg>", ""])
