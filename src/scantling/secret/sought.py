"""Rules that are looked for together, and the places of a text where one of them may match.

Hyperscan says where shortest matches end, of all rules in one pass. Neighbouring ends of one rule become one window:
a text of nothing but tokens is read once more for each rule that means them, not once for each token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import local
from typing import Any, NamedTuple

from scantling.guard import limits

from .rule import Rule

End = tuple[Rule, int]  # a rule, and where one of its shortest matches ends
NOTHING: tuple[list[End], bool] = ([], False)


class Window(NamedTuple):
    """The bytes from ``start`` to ``end`` of a text, in which ``rule`` matches somewhere, most likely."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sought:
    """Rules that are looked for together; ``database`` is None where there are none."""

    rules: tuple[Rule, ...]
    database: Any
    _own: local = field(default_factory=local, repr=False, compare=False)

    def ends(self, data: bytes) -> tuple[list[End], bool]:
        """Where shortest matches end in ``data``, and whether there are more than are looked at."""
        if self.database is None:
            return NOTHING
        # two threads must not share these: on_match lets the other go on
        try:
            scratch, found, on_match = self._own.matching
        except AttributeError:
            scratch, found, on_match = self._own.matching = _matching(self.database)
        try:
            self.database.scan(data, match_event_handler=on_match, scratch=scratch)
        except Exception:
            if len(found) <= limits.SECRET_PLACES:
                found.clear()
                raise
        if not found:
            return NOTHING
        ends = [(self.rules[number], end) for number, end in found]
        found.clear()
        return ends, len(ends) > limits.SECRET_PLACES


def _matching(database: Any) -> tuple[Any, list[tuple[int, int]], Any]:
    """The memory that the library works in, the list of what it finds, and the function that adds to it."""
    found: list[tuple[int, int]] = []

    def on_match(number: int, start: int, end: int, flags: int, context: Any) -> bool | None:  # noqa: ARG001 - the library's
        found.append((number, end))
        return len(found) > limits.SECRET_PLACES or None

    return database.scratch.clone(), found, on_match


def windows(ends: list[End]) -> Iterator[Window]:
    """Where to look closer: by rule, the most specific ones first, and then by place. A flood of what many things look
    like must not use up what is left for real tokens."""
    ordered = sorted(ends, key=lambda found: (found[0].rank, found[0].id, found[1]))
    rule, first = ordered[0]
    last = first
    for other, end in ordered[1:]:
        if other is not rule or end - last > 3 * rule.span:
            yield _window(rule, first, last)
            rule, first = other, end
        last = end
    yield _window(rule, first, last)


def _window(rule: Rule, first_end: int, last_end: int) -> Window:
    return Window(rule, max(0, first_end - rule.span), last_end + 2 * rule.span)
