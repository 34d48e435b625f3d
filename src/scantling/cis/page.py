"""The twelve results for people, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scantling.guard.display import pad, printable, wrap
from scantling.report.json import encode as as_json
from scantling.report.paint import Paint

from .judge import FAIL, PASS, Result

_INDENT = 21


def render(results: Sequence[Result], width: int, paint: Paint) -> bytes:
    """A paragraph for each item, at most ``width`` columns wide, and the sum."""
    lines = []
    for one in results:
        style = {PASS: "good", FAIL: "bad"}.get(one.result, "warn")
        head = wrap(printable(one.title), width - _INDENT)
        lines.append(pad(one.number, 6) + paint(style, pad(one.result, _INDENT - 6)) + head[0])
        said = [one.evidence] + ([f"to be attested: {one.remains}"] if one.remains else [])
        for text in (*head[1:], *(line for part in said for line in wrap(printable(part), width - _INDENT))):
            lines.append(" " * _INDENT + text)
    counts = Counter(one.result for one in results)
    lines += ["", ", ".join(f"{counts[key]} {key}" for key in (PASS, FAIL, "not-checkable") if counts[key])]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def encode(results: Sequence[Result]) -> bytes:
    """The same as one JSON document."""
    document = {"benchmark": "CIS Docker Benchmark 1.6.0", "section": "4", "items": list(results)}
    return as_json(document)
