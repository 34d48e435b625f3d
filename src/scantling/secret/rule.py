"""One rule: what a kind of secret looks like, and the expressions that find it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# between the words that name a value and the value: the rest of the name, closing quotes, one sign, opening quotes
_BETWEEN = r"""[A-Za-z0-9_.\-]{0,24}["'\]`]{0,2}[ \t]{0,3}(?:=>|:=|=|:|,|>)[ \t]{0,3}["'`]?"""
_OPEN_END = re.compile(r"\{(\d+),\d*\}(\)*)$")
_OPTIONAL_END = re.compile(r"(?:\[[^\]]*\]|[A-Za-z=,]|\\[a-z]|\(\?:[^()]*\))(?:\{0,\d+\}|\?)(\)*)$")
_WINDOW = 400  # bytes before a match's end that are looked at again, and after it


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern`` is in RE2's syntax and its group ``group`` is the secret. ``coarse`` is the same for Hyperscan, cut
    after the shortest match, so that a long value is one match and not one for each of its ends. ``keywords``, where
    there are any, must occur near by. ``paths`` limits it to files with such names; ``files`` names files that are the
    finding themselves. ``own``: not in what package managers installed, which is full of examples (of names so common
    that the text is looked at anyway). ``distinct``: nothing else looks like it, so that it is looked for inside of
    programs too."""

    id: str
    title: str
    severity: str
    pattern: str = ""
    group: int = 0
    remediation: str = ""
    keywords: tuple[str, ...] = ()
    entropy: float = 0.0
    check: str = ""
    paths: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    path_pattern: str = ""
    words: bool = False
    own: bool = False
    distinct: bool = False
    bounded: bool = True
    rank: int = 0
    span: int = _WINDOW
    allow: tuple[Any, ...] = ()

    @property
    def coarse(self) -> str:
        pattern = self.pattern
        while self.bounded:
            shorter = _OPTIONAL_END.sub(r"\1", pattern)
            if shorter == pattern:
                break
            pattern = shorter
        return _OPEN_END.sub(r"{\1}\2", pattern) if self.bounded else pattern


def rule_of(line: Mapping[str, Any], revoke: str) -> Rule:
    """The rule of one line of ``rules.toml``."""
    token, near, pattern = line.get("token", ""), line.get("near", ""), line.get("pattern", "")
    if near:
        text, group, rank = f"(?i:{near}){_BETWEEN}({token})", 1, 2
    elif token:
        text, group, rank = token, 0, 1
    else:
        text, group, rank = pattern, 1 if "(" in pattern.replace("(?", "").replace(r"\(", "") else 0, 3
    return Rule(
        line["id"],
        line["title"],
        line["severity"],
        text,
        group,
        f"Revoke or change it ({revoke}), hand the new one over at run time or as a build secret, and build the image"
        " again: deleting the file in a later layer leaves it in this one.",
        tuple(line.get("keywords", ())),
        line.get("entropy", 0.0),
        line.get("check", ""),
        tuple(line.get("paths", ())),
        tuple(line.get("files", ())),
        words=line.get("words", False),
        own=line.get("own", False),
        distinct=bool(token and not near) or line.get("binary", False),
        rank=0 if line.get("first") else rank,
        span=line.get("span", _WINDOW),
    )
