"""Holds a window of a text against its rule: where the value begins, and whether it is one.

The expressions are RE2's, over bytes, which are read as one character each; no backtracking engine sees them. What one
file may cost is bounded by ``Effort``: a text of nothing but tokens is a finding after the first thousand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scantling.guard import limits

from . import checks, placeholder
from .rule import Rule
from .sought import Window

_DASH = ord("-")
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret in a piece of bytes, from ``start`` to ``end``."""

    rule: Rule
    start: int
    end: int
    value: bytes


@dataclass(slots=True)
class Effort:
    """What looking at one file has cost: matches that were confirmed or refused, in all and by rule, and bytes that
    were read again. ``exhausted``: something was left out, since one of the bounds was reached."""

    matches: int = 0
    bytes_read: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    exhausted: bool = False

    def left(self, rule: Rule) -> bool:
        """Whether anything of ``rule`` may still be looked at."""
        if self.matches < limits.SECRET_MATCHES and self.by_rule.get(rule.id, 0) < limits.SECRET_MATCHES_OF_RULE:
            return True
        self.exhausted = True
        return False

    def count(self, rule: Rule) -> None:
        """One match of ``rule`` is looked at."""
        self.matches += 1
        self.by_rule[rule.id] = self.by_rule.get(rule.id, 0) + 1

    def allowed_bytes(self, size: int) -> int:
        """How many of ``size`` bytes may be read again; they are counted."""
        allowed = min(size, limits.SECRET_BYTES_AGAIN - self.bytes_read)
        self.exhausted = self.exhausted or allowed < size
        self.bytes_read += allowed
        return allowed


def confirmed(window: Window, data: bytes, effort: Effort) -> Iterator[Hit]:
    """The real matches in ``window`` of ``data``, as long as ``effort`` allows."""
    rule, start, end = window
    if not effort.left(rule):
        return
    end = start + effort.allowed_bytes(min(end, len(data)) - start)
    if end == start:
        return
    for match in expression(rule.pattern).finditer(data, start, end):
        if not effort.left(rule):
            return
        effort.count(rule)
        first, last = match.span(rule.group)
        if first < 0 or (rule.rank in (1, 2) and _cut_out(data, first, last, _is_dashed(rule.pattern))):
            continue
        value = data[first:last]
        if _is_secret(rule, value, data, match.start()):
            yield Hit(rule, first, last, value)


@cache
def expression(pattern: str) -> Any:
    """``pattern`` in RE2 over bytes, as Hyperscan has it: a character beyond ASCII is its bytes in UTF-8."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern.encode(), options)


@cache
def _is_dashed(pattern: str) -> bool:
    """Whether ``pattern`` ends in a number of characters, one of which may be a dash."""
    return bool(re.search(r"-\]\{\d+\}\)*$", pattern))


def _cut_out(data: bytes, first: int, last: int, dashed: bool) -> bool:
    """A token inside a longer word is none. ``dashed``: a dash between its characters parts no words."""
    before = first > 0 and data[first - 1] in _WORD and data[first] in _WORD
    if before and first > 1 and data[first - 2 : first] in (b"\\n", b"\\t", b"\\r"):
        before = False  # an escape in a string
    if before or last >= len(data):
        return before
    if not dashed:
        return data[last] in _WORD and data[last - 1] in _WORD
    while last < len(data) and data[last] == _DASH:
        last += 1
    return last < len(data) and data[last] in _WORD


def _is_secret(rule: Rule, value: bytes, data: bytes, start: int) -> bool:
    if rule.keywords:
        near = data[max(0, start - rule.span) : start + 2 * rule.span].lower()
        if not any(word.encode() in near for word in rule.keywords):
            return False
    if not rule.bounded:
        return placeholder.entropy(value) >= rule.entropy
    if rule.check and not checks.CHECKS[rule.check](value):
        return False
    if placeholder.entropy(value) < rule.entropy:
        return False
    return rule.id == "tor-hidden-service-key" or not placeholder.is_placeholder(value, rule.words)


def without_overlaps(hits: list[Hit]) -> list[Hit]:
    """Of rules that claim the same bytes the most specific one; in order of place."""
    starts: list[int] = []
    taken: list[Hit] = []  # in order of start, none touching another
    for hit in sorted(hits, key=lambda hit: (hit.rule.rank, hit.rule.id, hit.start)):
        at = bisect_left(starts, hit.start)
        if at and taken[at - 1].end > hit.start:
            continue
        if at < len(taken) and taken[at].start < hit.end:
            continue
        starts.insert(at, hit.start)
        taken.insert(at, hit)
    return taken
