"""Comments in a file that accept what a rule finds there: our own, Trivy's and hadolint's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scantling.model.finding import Suppression

from .rule import Rule

_OWN = re.compile(r"#[ \t]{0,20}scantling:ignore[=: \t][ \t]{0,20}([A-Za-z0-9,-]{1,400})[ \t]{1,20}(\S.{0,400})")
_TRIVY = re.compile(r"trivy:ignore:([A-Za-z0-9-]{1,60})(?::exp:(\d{4}-\d{2}-\d{2}))?(?![A-Za-z0-9:-])")
_HADOLINT = re.compile(r"#[ \t]{0,20}hadolint[ \t]{1,20}ignore=([A-Za-z0-9, ]{1,400})")
_NUMBERED = re.compile(r"(?:AVD-)?([A-Z]{1,5})-?0{0,4}(\d{1,5})")
_LINE = 4_000  # characters of a line that are looked at


def suppression(rule: Rule, lines: Sequence[str], line: int, today: str) -> Suppression | None:
    """What ``lines`` say about a hit of ``rule`` on ``line`` (from 1): on it, or in the comment lines right above.
    ``today`` (ISO 8601, "" unknown) is compared with the date until which Trivy's comment holds."""
    names = {_plain(name) for name in (rule.id, *rule.also)}
    for ids, said in _comments(lines, line):
        if names & ids and (said.expires is None or not today or today <= said.expires):
            return said
    return None


def _comments(lines: Sequence[str], line: int) -> Iterator[tuple[set[str], Suppression]]:
    if not 1 <= line <= len(lines):
        return
    texts = [lines[line - 1]]
    above = line - 2
    while above >= 0 and lines[above].lstrip().startswith("#"):
        texts.append(lines[above])
        above -= 1
    for text in texts:
        if "#" not in text:
            continue
        text = text[:_LINE]
        if (own := _OWN.search(text)) is not None:
            yield {_plain(one) for one in own[1].split(",")}, Suppression("comment in the file", own[2].strip())
        for found in _TRIVY.finditer(text, text.index("#")):
            yield {_plain(found[1])}, Suppression("trivy:ignore in the file", _reason(text), found[2])
        if (lint := _HADOLINT.search(text)) is not None:
            ids = {_plain(one.strip()) for one in lint[1].split(",")}
            yield ids, Suppression("hadolint ignore in the file", "no reason given")


def _plain(name: str) -> str:
    """One spelling of a name: AVD-DS-0002, DS-0002 and DS002 are the same check."""
    name = name.upper()
    numbered = _NUMBERED.fullmatch(name)
    return f"{numbered[1]}-{numbered[2]}" if numbered is not None else name


def _reason(text: str) -> str:
    """What follows the last of Trivy's words on the line."""
    rest = text[text.rindex("trivy:ignore:") :].partition(" ")[2].strip()
    return rest[:400] or "no reason given"
