"""Finds what the rules describe in a piece of bytes, in time linear in their number.

``sought`` tells the places where some rule may match, ``confirm`` looks at each. Rules that are about files of certain
names are looked for in those files alone: some begin with nothing that could be found fast.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from . import checks
from .compiled import database
from .confirm import Effort, Hit, confirmed, without_overlaps
from .name_index import NameIndex
from .places import compiled, holds_examples, holds_own_tests, is_installed, matcher
from .rule import Rule
from .ruleset import Ruleset, ruleset
from .settings import SecretSettings
from .sought import End, Sought, windows

JOINED_TEXT = 32 * 1024  # bytes of a text that is matched together with others at most
JOINED = 256 * 1024  # bytes of texts matched together at least: a call costs as much as a kilobyte of matching
_QUOTED = re.compile(r"\\[^AzZ]|\[(?:\\.|[^\]])*\]")  # in an expression of the rules' author: what anchors nothing
_ANCHOR = re.compile(r"\\[AzZ]|[\^$]")


@dataclass(frozen=True, slots=True)
class Engine:
    """Rules made ready: ``everywhere`` for any file, ``by_name`` beside them for the texts that ``names`` tells of.
    ``anchored`` are those for any file whose expressions mean the beginning or the end of a file."""

    allow: tuple[Any, ...]
    everywhere: Sought
    anchored: Sought
    by_name: Sought
    names: NameIndex

    def scan(
        self, data: bytes, path: str, in_program: bool = False, effort: Effort | None = None
    ) -> tuple[list[Hit], bool]:
        """The secrets in ``data``, in order, each byte in one of them at most; and whether some may be missing since
        there are too many matches. ``path`` is where it stands, for rules that are about names; ``effort`` is what
        earlier pieces of the same file have cost."""
        ends, too_many = self.everywhere.ends(data)
        return self._scanned(data, path, in_program, ends, too_many, effort or Effort())

    def scan_joined(self, texts: Sequence[tuple[str, bytes]]) -> Iterator[tuple[int, list[Hit], bool]]:
        """What ``scan`` says of each of ``texts`` (path and bytes), with its number, where that is anything. Small
        texts are matched as one; what then seems to reach from one into the next is found to be nothing when it is
        held against the rule in its own text alone."""
        ends, too_many = self.everywhere.ends(b"\n".join([data for _, data in texts]))
        if too_many:  # of one of them, most likely
            for number, (path, data) in enumerate(texts):
                yield number, *self.scan(data, path)
            return
        own: dict[int, list[End]] = {}
        if ends:
            starts = [0]
            for _, data in texts:
                starts.append(starts[-1] + len(data) + 1)
            for rule, end in ends:
                number = bisect_left(starts, end) - 1
                own.setdefault(number, []).append((rule, min(end - starts[number], len(texts[number][1]))))
        for number, (path, data) in enumerate(texts):
            hits, too_many = self._scanned(data, path, False, own.get(number, []), False, None)
            if hits or too_many:
                yield number, hits, too_many

    def _scanned(
        self, data: bytes, path: str, in_program: bool, ends: list[End], too_many: bool, effort: Effort | None
    ) -> tuple[list[Hit], bool]:
        """The secrets, where matches of the rules for everything are known to end."""
        for sought in (self.anchored, self.by_name):
            if sought.database is None or (sought is self.by_name and (in_program or not self.names.may_hold(path))):
                continue
            more, too_many_more = sought.ends(data)
            ends, too_many = ends + more, too_many or too_many_more
        if not ends:
            return [], too_many or (effort is not None and effort.exhausted)
        effort = effort or Effort()
        hits = self._hits(data, path, ends, in_program, effort)
        return hits, too_many or effort.exhausted

    def _hits(self, data: bytes, path: str, ends: list[End], in_program: bool, effort: Effort) -> list[Hit]:
        applies: dict[str, bool] = {}
        found: list[Hit] = []
        examples = holds_examples(path) or (in_program and holds_own_tests(path))
        for window in windows(ends):
            rule = window.rule
            if rule.id not in applies:
                sought_here = rule.distinct or not in_program
                is_example = examples and rule.check not in checks.VERIFYING
                applies[rule.id] = sought_here and not is_example and _applies(rule, path)
            if applies[rule.id]:
                found += (hit for hit in confirmed(window, data, effort) if not self._allowed(hit, data, path))
        return without_overlaps(found)

    def _allowed(self, hit: Hit, data: bytes, path: str) -> bool:
        return any(allow.holds(hit, data, path) for allow in (*self.allow, *hit.rule.allow))


def _applies(rule: Rule, path: str) -> bool:
    if rule.paths and not matcher(rule.paths).search(path):
        return False
    if rule.own and is_installed(path):
        return False
    return not rule.path_pattern or compiled(rule.path_pattern).search(path) is not None


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
    others = tuple(rule for rule in patterned if not rule.paths or rule.own)
    anchored = tuple(rule for rule in others if _is_anchored(rule.coarse))
    return Engine(
        rules.allow,
        sought(rule for rule in others if not _is_anchored(rule.coarse)),
        sought(anchored),
        sought(limited),
        NameIndex.of(glob for rule in limited for glob in rule.paths),
    )


def _is_anchored(expression: str) -> bool:
    """Whether where a file begins or ends may matter to ``expression``; those of lines alone are not anchored."""
    bare = _QUOTED.sub("", expression)
    return bool(re.search(r"\\[AzZ]", bare)) or (bool(_ANCHOR.search(bare)) and not bare.startswith(("(?m", "(?im")))
