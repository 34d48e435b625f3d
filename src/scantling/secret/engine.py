"""Finds what the rules describe in a piece of bytes, in time linear in their number.

Hyperscan finds where some rule's shortest match ends; a window of some hundred bytes around it is then held against
the rule itself in RE2, which knows where the value begins. No backtracking engine sees the bytes. Rules that are about
files of certain names are looked for in those files alone: some begin with nothing that could be found fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


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
    _scratch: local = field(default_factory=local, repr=False, compare=False)

    def ends(self, data: bytes) -> tuple[list[tuple[Rule, int]], bool]:
        """Where shortest matches end in ``data``, and whether there are more than are looked at."""
        if self.database is None:
            return [], False
        found: list[tuple[Rule, int]] = []
        rules, add = self.rules, found.append

        def on_match(number: int, start: int, end: int, flags: int, context: Any) -> bool | None:  # noqa: ARG001 - the library's
            add((rules[number], end))
            return len(found) > MOST_HITS or None

        try:
            self.database.scan(data, match_event_handler=on_match, scratch=self._own_scratch())
        except Exception:
            if len(found) <= MOST_HITS:
                raise
        return found, len(found) > MOST_HITS

    def _own_scratch(self) -> Any:
        # two threads must not share one: on_match lets the other go on
        try:
            return self._scratch.own
        except AttributeError:
            self._scratch.own = self.database.scratch.clone()
            return self._scratch.own


@dataclass(frozen=True, slots=True)
class Engine:
    """Rules made ready: ``everywhere`` for any file, ``by_name`` beside them for the texts that ``names`` tells of."""

    allow: tuple[Any, ...]
    everywhere: Sought
    by_name: Sought
    names: NameIndex

    def scan(self, data: bytes, path: str, in_program: bool = False) -> tuple[list[Hit], bool]:
        """The secrets in ``data``, in order, each byte in one of them at most; and whether some may be missing since
        there are too many matches. ``path`` is where it stands, for rules that are about names."""
        ends, too_many = self.everywhere.ends(data)
        if not in_program and self.names.may_hold(path):
            more, too_many_more = self.by_name.ends(data)
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
    return Engine(
        rules.allow,
        sought(rule for rule in patterned if rule not in limited),
        sought(limited),
        NameIndex.of(glob for rule in limited for glob in rule.paths),
    )
