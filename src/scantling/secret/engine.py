"""Finds what the rules describe in a piece of bytes, in time linear in their number.

Hyperscan finds where some rule's shortest match ends; a window of some hundred bytes around it is then held against
the rule itself in RE2, which knows where the value begins. No backtracking engine sees the bytes. Rules that are about
files of certain names are looked for in those files alone: some begin with nothing that could be found fast.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import local
from typing import Any

from . import checks, placeholder
from .compiled import database
from .name_index import NameIndex
from .places import compiled, holds_examples, holds_own_tests, is_installed, matcher
from .rule import Rule
from .ruleset import Ruleset, ruleset
from .settings import SecretSettings

MOST_HITS = 20_000  # ends of matches in one piece; more is no text that people write
JOINED_TEXT = 32 * 1024  # bytes of a text that is matched together with others at most
JOINED = 256 * 1024  # bytes of texts matched together at least: a call costs as much as a kilobyte of matching
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_QUOTED = re.compile(r"\\[^AzZ]|\[(?:\\.|[^\]])*\]")  # in an expression of the rules' author: what anchors nothing
_ANCHOR = re.compile(r"\\[AzZ]|[\^$]")
_NOTHING: tuple[list[tuple[Rule, int]], bool] = ([], False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret in a piece of bytes, from ``start`` to ``end``."""

    rule: Rule
    start: int
    end: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Sought:
    """Rules that are looked for together; ``database`` is None where there are none."""

    rules: tuple[Rule, ...]
    database: Any
    _own: local = field(default_factory=local, repr=False, compare=False)

    def ends(self, data: bytes) -> tuple[list[tuple[Rule, int]], bool]:
        """Where shortest matches end in ``data``, and whether there are more than are looked at."""
        if self.database is None:
            return _NOTHING
        # two threads must not share these: on_match lets the other go on
        try:
            scratch, found, on_match = self._own.matching
        except AttributeError:
            scratch, found, on_match = self._own.matching = _matching(self.database)
        try:
            self.database.scan(data, match_event_handler=on_match, scratch=scratch)
        except Exception:
            if len(found) <= MOST_HITS:
                found.clear()
                raise
        if not found:
            return _NOTHING
        ends = [(self.rules[number], end) for number, end in found]
        found.clear()
        return ends, len(ends) > MOST_HITS


def _matching(database: Any) -> tuple[Any, list[tuple[int, int]], Any]:
    """The memory that the library works in, the list of what it finds, and the function that adds to it."""
    found: list[tuple[int, int]] = []

    def on_match(number: int, start: int, end: int, flags: int, context: Any) -> bool | None:  # noqa: ARG001 - the library's
        found.append((number, end))
        return len(found) > MOST_HITS or None

    return database.scratch.clone(), found, on_match


@dataclass(frozen=True, slots=True)
class Engine:
    """Rules made ready: ``everywhere`` for any file, ``by_name`` beside them for the texts that ``names`` tells of.
    ``anchored`` are those for any file whose expressions mean the beginning or the end of a file."""

    allow: tuple[Any, ...]
    everywhere: Sought
    anchored: Sought
    by_name: Sought
    names: NameIndex

    def scan(self, data: bytes, path: str, in_program: bool = False) -> tuple[list[Hit], bool]:
        """The secrets in ``data``, in order, each byte in one of them at most; and whether some may be missing since
        there are too many matches. ``path`` is where it stands, for rules that are about names."""
        ends, too_many = self.everywhere.ends(data)
        return self._scanned(data, path, in_program, ends, too_many)

    def scan_joined(self, texts: Sequence[tuple[str, bytes]]) -> Iterator[tuple[int, list[Hit], bool]]:
        """What ``scan`` says of each of ``texts`` (path and bytes), with its number, where that is anything. Small
        texts are matched as one; what then seems to reach from one into the next is found to be nothing when it is
        held against the rule in its own text alone."""
        ends, too_many = self.everywhere.ends(b"\n".join([data for _, data in texts]))
        if too_many:  # of one of them, most likely
            for number, (path, data) in enumerate(texts):
                yield number, *self.scan(data, path)
            return
        own: dict[int, list[tuple[Rule, int]]] = {}
        if ends:
            starts = [0]
            for _, data in texts:
                starts.append(starts[-1] + len(data) + 1)
            for rule, end in ends:
                number = bisect_left(starts, end) - 1
                own.setdefault(number, []).append((rule, min(end - starts[number], len(texts[number][1]))))
        for number, (path, data) in enumerate(texts):
            hits, too_many = self._scanned(data, path, False, own.get(number, []), False)
            if hits or too_many:
                yield number, hits, too_many

    def _scanned(
        self, data: bytes, path: str, in_program: bool, ends: list[tuple[Rule, int]], too_many: bool
    ) -> tuple[list[Hit], bool]:
        """The secrets, where matches of the rules for everything are known to end."""
        for sought in (self.anchored, self.by_name):
            if sought.database is None or (sought is self.by_name and (in_program or not self.names.may_hold(path))):
                continue
            more, too_many_more = sought.ends(data)
            ends, too_many = ends + more, too_many or too_many_more
        return (self._confirmed(data, path, ends, in_program) if ends else []), too_many

    def _confirmed(self, data: bytes, path: str, ends: list[tuple[Rule, int]], in_program: bool) -> list[Hit]:
        applies: dict[str, bool] = {}
        looked: dict[str, int] = {}
        found: dict[tuple[str, int, int], Hit] = {}
        examples = holds_examples(path) or (in_program and holds_own_tests(path))
        for rule, end in ends:
            key = rule.id
            if key not in applies:
                sought_here = rule.distinct or not in_program
                is_example = examples and rule.check not in checks.VERIFYING
                applies[key] = sought_here and not is_example and _applies(rule, path)
            if not applies[key] or end <= looked.get(key, -1):
                continue
            looked[key] = end + rule.span  # the window holds whatever begins up to there
            for hit in _in_window(rule, data, end):
                if self._allowed(hit, data, path):
                    continue
                found[(key, hit.start, hit.end)] = hit
        return _without_overlaps(found)

    def _allowed(self, hit: Hit, data: bytes, path: str) -> bool:
        return any(allow.holds(hit, data, path) for allow in (*self.allow, *hit.rule.allow))


def _applies(rule: Rule, path: str) -> bool:
    if rule.paths and not matcher(rule.paths).search(path):
        return False
    if rule.own and is_installed(path):
        return False
    return not rule.path_pattern or compiled(rule.path_pattern).search(path) is not None


def _in_window(rule: Rule, data: bytes, end: int) -> Iterator[Hit]:
    """Real matches around an end of a shortest one. The window's bytes are read as Latin-1: one character a byte."""
    start = max(0, end - rule.span)
    window = data[start : end + 2 * rule.span]
    text = window.decode("latin-1")
    for match in compiled(rule.pattern).finditer(text):
        first, last = match.span(rule.group)
        if first < 0 or start + match.end() < end:
            continue
        if start + match.start() > end + rule.span:
            break
        value = window[first:last]
        if rule.rank in (1, 2) and _cut_out(window, first, last):
            continue
        if _is_secret(rule, value, window):
            yield Hit(rule, start + first, start + last, value)


def _cut_out(window: bytes, first: int, last: int) -> bool:
    """A token inside a longer word is none."""
    before = first > 0 and window[first - 1] in _WORD and window[first] in _WORD
    if before and first > 1 and window[first - 2 : first] in (b"\\n", b"\\t", b"\\r"):
        before = False  # an escape in a string
    return before or (last < len(window) and window[last] in _WORD and window[last - 1] in _WORD)


def _is_secret(rule: Rule, value: bytes, window: bytes) -> bool:
    if rule.keywords:
        low = window.lower()
        if not any(word.encode() in low for word in rule.keywords):
            return False
    if not rule.bounded:
        return placeholder.entropy(value) >= rule.entropy
    if rule.check and not checks.CHECKS[rule.check](value):
        return False
    if placeholder.entropy(value) < rule.entropy:
        return False
    return rule.id == "tor-hidden-service-key" or not placeholder.is_placeholder(value, rule.words)


def _without_overlaps(found: dict[tuple[str, int, int], Hit]) -> list[Hit]:
    """Of rules that claim the same bytes the most specific one."""
    taken: list[Hit] = []
    for _, hit in sorted(found.items(), key=lambda item: (item[1].rule.rank, item[0][0], item[0][1])):
        if not any(hit.start < other.end and other.start < hit.end for other in taken):
            taken.append(hit)
    return sorted(taken, key=lambda hit: (hit.start, hit.rule.id))


def engine(settings: SecretSettings) -> Engine:
    """The engine of the rules that ``settings`` ask for."""
    return _engine(ruleset(settings), settings.cache_dir)


@cache
def _engine(rules: Ruleset, cache_dir: Path | None) -> Engine:
    patterned = tuple(rule for rule in rules.rules if rule.pattern)

    def sought(chosen: Iterable[Rule]) -> Sought:
        own = tuple(chosen)
        return Sought(own, database([rule.coarse for rule in own], cache_dir) if own else None)

    limited = tuple(rule for rule in patterned if rule.paths and not rule.own)
    anchored = tuple(rule for rule in patterned if rule not in limited and _is_anchored(rule.coarse))
    return Engine(
        rules.allow,
        sought(rule for rule in patterned if rule not in limited and rule not in anchored),
        sought(anchored),
        sought(limited),
        NameIndex.of(glob for rule in limited for glob in rule.paths),
    )


def _is_anchored(expression: str) -> bool:
    """Whether where a file begins or ends may matter to ``expression``; those of lines alone are not anchored."""
    bare = _QUOTED.sub("", expression)
    return bool(re.search(r"\\[AzZ]", bare)) or (bool(_ANCHOR.search(bare)) and not bare.startswith(("(?m", "(?im")))
