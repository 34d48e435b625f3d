"""Whether a package's licences will do: by what the user allows and denies, else by the class they are in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .classes import NOTICE, SEVERITIES, UNENCUMBERED, UNKNOWN, class_of
from .expression import Leaf, Node, holds, joined, parse
from .settings import LicenceSettings

DENIED, NOT_ALLOWED = "denied", "not-allowed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``verdict`` is a class of ``classes``, "denied" or "not-allowed"; ``expression`` what was judged."""

    verdict: str
    severity: str
    expression: str


def judge(licences: Sequence[str], settings: LicenceSettings) -> Judgement | None:
    """None where nothing needs to be said. Several licences apply together; of an ``OR`` the best choice counts."""
    node = _together(licences)
    if node is None:
        if settings.allow:
            return Judgement(NOT_ALLOWED, SEVERITIES[UNKNOWN], "")
        return Judgement(UNKNOWN, SEVERITIES[UNKNOWN], "")
    fine = _named(settings.ignored)
    if settings.ignored and holds(node, fine):
        return None
    denied = _named(settings.deny)
    if settings.deny and not holds(node, lambda leaf: fine(leaf) or not denied(leaf)):
        return Judgement(DENIED, "HIGH", str(node))
    if settings.allow:
        allowed = _named(settings.allow)
        will_do = holds(node, lambda leaf: fine(leaf) or allowed(leaf))
        return None if will_do else Judgement(NOT_ALLOWED, "HIGH", str(node))
    found = class_of(_without(node, fine) or node)
    return None if found in {NOTICE, UNENCUMBERED} else Judgement(found, SEVERITIES[found], str(node))


def _together(licences: Sequence[str]) -> Node | None:
    parts = [parse(text) for text in licences if text.strip()]
    return joined("AND", parts) if parts else None


def _named(patterns: Sequence[str]) -> Callable[[Leaf], bool]:
    low = [pattern.lower() for pattern in patterns]

    def is_named(leaf: Leaf) -> bool:
        names = {leaf.name.lower(), leaf.text.lower(), str(leaf).lower()} - {""}
        return any(fnmatchcase(name, pattern) for name in names for pattern in low)

    return is_named


def _without(node: Node, ignored: Callable[[Leaf], bool]) -> Node | None:
    if isinstance(node, Leaf):
        return None if ignored(node) else node
    parts = [kept for part in node.parts if (kept := _without(part, ignored)) is not None]
    return joined(node.word, parts) if parts else None
