"""Licence expressions as a tree: read from SPDX's grammar and from those of distributions, written as SPDX.

Read are ``AND``, ``OR``, ``WITH`` and parentheses in any case, and the "," and "|" of Debian, R and Composer. The depth
is bounded and reading takes one pass: texts come from packages, which may say anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .names import exception_of, spdx_of

_CHARS = 2_000  # what is longer is a licence's text and no expression
_DEPTH = 16
_CONNECTIVE = re.compile(r"[|,]|\b(?:and|or|with)\b|^\(", re.IGNORECASE)
_LATER = re.compile(
    r",?\s+or(?:\s+\(?at your option\)?)?(?:\s+any)?\s+(?:later|newer|greater)(?:\s+versions?)?", re.IGNORECASE
)
_VERSION = re.compile(r",?\s+version\s+", re.IGNORECASE)
_OF_R = re.compile(r"\s*\(\s*>=?\s*([0-9.]{1,6})\s*\)")  # "GPL (>= 2)"
_FILE = re.compile(r"\s*[|+]\s*file\s+LICEN[CS]E\b", re.IGNORECASE)
_SHORT_FORM = re.compile(r"\s*\(([^()]{1,40})\)$")
_TOKEN = re.compile(r"[()|]|\band/or\b|,\s*(?:and|or)\b|,|\b(?:and|or|with)\b|[^()|,\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One licence: the SPDX identifier ``name``, "" where ``text`` could not be understood. ``exception`` follows
    WITH."""

    text: str
    name: str
    exception: str = ""

    def __str__(self) -> str:
        return f"{self.name or self.text} WITH {self.exception}" if self.exception else self.name or self.text


@dataclass(frozen=True, slots=True)
class Joined:
    """``parts`` of which all ("AND") or one ("OR") apply."""

    word: str
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f" {self.word} ".join(f"({part})" if isinstance(part, Joined) else str(part) for part in self.parts)


Node = Leaf | Joined


class _Unreadable(ValueError):
    pass


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of ``text``; a single ``Leaf`` without a name for what is no expression."""
    whole = Leaf(" ".join(text[:_CHARS].split()), "")
    if not whole.text or len(text) > _CHARS:
        return whole
    plain = _VERSION.sub(" ", _LATER.sub("+", _OF_R.sub(r"-\1+", _FILE.sub("", whole.text))))
    plain = plain.replace("Library or Lesser", "Lesser")
    if not _CONNECTIVE.search(plain):
        return _one_name(plain, whole)
    reader = _Reader(_TOKEN.findall(plain))
    try:
        node = reader.loosest(0)
    except _Unreadable:
        return whole
    return node if reader.ended() else whole


def _one_name(text: str, whole: Leaf) -> Node:
    """A text without connectives: one name, perhaps with its short form in parentheses, or several with slashes."""
    inside = _SHORT_FORM.search(text)
    tries = [text] if inside is None else [text, text[: inside.start()], inside[1]]
    name = next((name for one in tries if (name := spdx_of(one))), "")
    if not name and "/" in text:
        several = [spdx_of(part) for part in text.split("/")]
        name = " OR ".join(several) if all(several) else ""
    if not name:
        return whole
    return parse(name) if " " in name else Leaf(name, name)


def leaves(node: Node) -> Iterator[Leaf]:
    """The licences of ``node``, in order."""
    if isinstance(node, Leaf):
        yield node
        return
    for part in node.parts:
        yield from leaves(part)


def is_understood(node: Node) -> bool:
    """Whether every licence of ``node`` has an SPDX identifier."""
    return all(leaf.name for leaf in leaves(node))


def normalised(text: str) -> str:
    """``text`` as an SPDX expression where all of it is understood, else as it stands, in one line."""
    node = parse(text)
    return str(node) if is_understood(node) else " ".join(text.split())


def holds(node: Node, is_fine: Callable[[Leaf], bool]) -> bool:
    """Whether the expression can be lived with where ``is_fine`` says so of licences: all of AND, one of OR."""
    if isinstance(node, Leaf):
        return is_fine(node)
    return (all if node.word == "AND" else any)(holds(part, is_fine) for part in node.parts)


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def ended(self) -> bool:
        return self._at >= len(self._tokens)

    def loosest(self, depth: int) -> Node:
        """What commas part binds looser than the words: "A or B, and C" (Debian's format 1.0, section 7.2)."""
        choices = [[self._either(depth)]]
        while (word := self._word()) in {", AND", ", OR"}:
            self._at += 1
            part = self._either(depth)
            if word == ", OR":
                choices.append([])
            choices[-1].append(part)
        return joined("OR", [joined("AND", parts) for parts in choices])

    def _either(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while self._word() == "OR":
            self._at += 1
            parts.append(self._all(depth))
        return joined("OR", parts)

    def _all(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self._word() == "AND":
            self._at += 1
            parts.append(self._one(depth))
        return joined("AND", parts)

    def _one(self, depth: int) -> Node:
        if depth > _DEPTH or self.ended():
            raise _Unreadable
        if self._tokens[self._at] == "(":
            self._at += 1
            node = self.loosest(depth + 1)
            if self.ended() or self._tokens[self._at] != ")":
                raise _Unreadable
            self._at += 1
            return node
        name = self._name()
        found = spdx_of(name)
        if self._word() == "WITH" and not self.ended():
            self._at += 1
            exception = self._name()
            known = exception_of(found, exception) if found and " " not in found else ""
            return Leaf(found, found, known) if known else Leaf(f"{name} with {exception}", "")
        return parse(found) if " " in found else Leaf(found or name, found)

    def _name(self) -> str:
        words = []
        while not self.ended() and not self._word():
            words.append(self._tokens[self._at])
            self._at += 1
        if not words:
            raise _Unreadable
        return " ".join(words)

    def _word(self) -> str:
        """The connective at hand; "" for a name, ")" for what ends one."""
        if self.ended():
            return "end"
        word = self._tokens[self._at].lower()
        if word in {"(", ")"}:
            return word
        last = word.lstrip(", ")
        if word[0] == ",":
            return ", OR" if last == "or" else ", AND"
        if word == "|" or last in {"or", "and/or"}:
            return "OR"
        if last == "and":
            return "AND"
        return "WITH" if last == "with" else ""


def joined(word: str, parts: Iterable[Node]) -> Node:
    """``parts`` under one ``word``, each once; the part itself where there is only one."""
    flat: list[Node] = []
    for part in parts:
        inner = part.parts if isinstance(part, Joined) and part.word == word else (part,)
        flat += [one for one in inner if one not in flat]
    return flat[0] if len(flat) == 1 else Joined(word, tuple(flat))
