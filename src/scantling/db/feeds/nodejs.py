"""Vulnerabilities of Node.js itself, from its security working group: what is vulnerable and what is patched, as npm's
version ranges. Affected is the first without the second, for the package ``node`` of type ``generic``.

Of npm's grammar (node-semver, "Ranges") the index uses: alternatives ("||"), "8.x", "9.7.x", "8.5.0", "^4.8.4",
"<= 10", ">= 10.9.0" and two of these side by side. A range of any other form makes the record ``Rejected``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeAlias

from scantling.db.records import Record, Rejected, Statement
from scantling.db.severity import from_word
from scantling.guard import limits
from scantling.model.advisory import Advisory, Range, Vulnerability
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line, whole

_FEED = "nodejs"
_URL = "https://raw.githubusercontent.com/nodejs/security-wg/main/vuln/core/index.json"

Point: TypeAlias = tuple[int, ...]  # (major, minor, patch)
Span: TypeAlias = tuple[Point, Point]  # from the first, up to but without the second

_ZERO: Point = (0, 0, 0)
_END: Point = (1 << 30, 0, 0)
_TERM = re.compile(r"(<=|>=|<|>|\^|~|=)?[ ]{0,4}v?([0-9]{1,6})(?:\.([0-9]{1,6}|x))?(?:\.([0-9]{1,6}|x))?")
_TERMS = 8
_ALTERNATIVES = 64


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    """Statements about ``node``, and what the index says of each vulnerability."""
    try:
        content = json.loads(whole(blob))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not the index of Node.js: {line(str(error), 200)}") from error
    if not isinstance(content, dict):
        raise Malformed("not the index of Node.js: no object")
    for number, entry in sorted(content.items()):
        yield from _entry(clip(f"NODEJS-CORE-{number}", 40), entry if isinstance(entry, dict) else {})


def _entry(identity: str, entry: dict[str, Any]) -> Iterator[Record]:
    try:
        vulnerable = spans(entry.get("vulnerable"))
        patched = spans(entry.get("patched") or "", exact_goes_on=True)
    except ValueError as error:
        yield Rejected(identity, line(str(error), 200))
        return
    cves = entry.get("cve")
    aliases = {cve for cve in cves if isinstance(cve, str)} if isinstance(cves, list) else set()
    word = from_word(entry.get("severity"))
    found = affected(vulnerable, patched)
    if not found:
        yield Rejected(identity, "nothing is affected by it")
        return
    fixable = any(bounds.fixed in {_text(start) for start, _ in patched} for bounds in found)
    yield Statement(
        "generic", "node",
        Advisory(identity, _FEED, "semver", found, status="fixed" if fixable else "affected", severity=word),
    )  # fmt: skip
    reference = entry.get("ref")
    is_link = isinstance(reference, str) and reference.startswith("https://") and len(reference) <= limits.URL_CHARS
    yield Vulnerability(
        id=identity,
        aliases=tuple(sorted(aliases)),
        title=line(entry.get("description") or entry.get("overview"), limits.TITLE_CHARS),
        description=clip(str(entry.get("overview") or "").strip(), limits.DESCRIPTION_CHARS),
        severity=word,
        severity_source=_FEED if word else "",
        references=(str(reference),) if is_link else (),
    )


def affected(vulnerable: list[Span], patched: list[Span]) -> tuple[Range, ...]:
    """What of ``vulnerable`` is not ``patched``. Spans that touch are one, so that the next fix ends both."""
    joined: list[Span] = []
    for start, end in sorted(vulnerable):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    found: list[Range] = []
    for start, end in joined:
        for fix, until in sorted(patched):
            if until <= start or fix >= end:
                continue
            if fix > start:
                found.append(_range(start, fix))
            start = until
        if start < end:
            found.append(_range(start, end))
    return tuple(found)


def spans(text: object, *, exact_goes_on: bool = False) -> list[Span]:
    """The versions that an npm range holds; raises ``ValueError``. With ``exact_goes_on`` a single version stands for
    itself and those that follow it on its line, as the index means it of patched ones."""
    if not isinstance(text, str):
        raise ValueError("no range")
    alternatives = [part.strip() for part in text.split("||")] if text.strip() else []
    if len(alternatives) > _ALTERNATIVES:
        raise ValueError("a range of too many alternatives")
    return [_span(alternative, exact_goes_on) for alternative in alternatives]


def _span(text: str, exact_goes_on: bool) -> Span:
    start, end = _ZERO, _END
    at = terms = 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None or (match.end() < len(text) and text[match.end()] != " ") or terms == _TERMS:
            raise ValueError(f"not a range that is known: {text[:60]!r}")
        low, high = _term(match, exact_goes_on)
        start, end = max(start, low), min(end, high)
        at, terms = match.end(), terms + 1
        while at < len(text) and text[at] == " ":
            at += 1
    if not terms or start >= end:
        raise ValueError(f"not a range that is known: {text[:60]!r}")
    return start, end


def _term(match: re.Match[str], exact_goes_on: bool) -> Span:
    sign = match[1] or "="
    named = [int(part) for part in (match[2], match[3], match[4]) if part not in (None, "x")]
    low: Point = (*named, *_ZERO[len(named) :])
    after: Point = (*named[:-1], named[-1] + 1, *_ZERO[len(named) :])  # the first that the text does not name
    if sign == "=" and exact_goes_on and len(named) == 3:
        sign = "^"
    if sign == "^":
        keep = next((index for index, number in enumerate(named) if number), len(named) - 1)
        return low, (*named[:keep], named[keep] + 1, *_ZERO[keep + 1 :])
    if sign == "~":
        keep = min(1, len(named) - 1)
        return low, (*named[:keep], named[keep] + 1, *_ZERO[keep + 1 :])
    return {"=": (low, after), ">=": (low, _END), ">": (after, _END), "<": (_ZERO, low), "<=": (_ZERO, after)}[sign]


def _range(start: Point, end: Point) -> Range:
    return Range("" if start == _ZERO else _text(start), "" if end == _END else _text(end))


def _text(point: Point) -> str:
    return ".".join(map(str, point))


FEEDS = (Feed(_FEED, (FeedFile("nodejs/vuln/core/index.json", _URL),), parse, "MIT", ecosystems=("generic",), rank=30),)
