"""Tags as people number them: VERSION[-VARIANT], such as "3.11.9-slim-bookworm"; which of many is the next step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

_DIGITS = 9  # of one number: longer ones are dates with times, or commits


@dataclass(frozen=True, slots=True)
class Tag:
    """``numbers`` is () for a tag that is a word. ``variant`` is what follows the first "-" ("slim-bookworm")."""

    text: str
    numbers: tuple[int, ...]
    variant: str


@dataclass(frozen=True, slots=True)
class Step:
    """``kind``: "patch", "minor", "major" (the newest of its kind) or the "variant" of the same version."""

    kind: str
    tag: str


def parse(text: str) -> Tag:
    """``text`` taken apart; a pre-release ("3.14.0rc1") is a word, since it is no step that anybody should be sent."""
    version, _, variant = text.partition("-")
    parts = version.removeprefix("v").split(".")
    if all(part.isascii() and part.isdecimal() and len(part) <= _DIGITS for part in parts):
        return Tag(text, tuple(map(int, parts)), variant)
    return Tag(text, (), variant if version else "")


def steps(current: str, tags: Iterable[str]) -> tuple[Step, ...]:
    """From ``current`` to the newest patch, minor and major of the same variant, and to smaller variants of the same
    version; nearest first. A tag is compared with those of the same variant alone: "3.12-alpine" is no update of
    "3.11-slim"."""
    mine = parse(current)
    others = sorted({parse(tag) for tag in tags if tag != current}, key=lambda tag: (tag.numbers, tag.text))
    found: dict[str, Tag] = {}
    for tag in others:
        if not mine.numbers or not tag.numbers or tag.variant != mine.variant:
            continue
        if kind := _kind(mine.numbers, tag.numbers):
            found[kind] = tag  # sorted: the last of its kind is the newest
    ordered = [Step(kind, found[kind].text) for kind in ("patch", "minor", "major") if kind in found]
    return (*ordered, *(Step("variant", tag.text) for tag in others if _is_smaller(mine, tag)))


def _kind(mine: tuple[int, ...], other: tuple[int, ...]) -> str:
    if other[0] != mine[0]:
        # the same number of parts: from "12" to "13", not to "13.1"; and no jump to a date ("20240101")
        return "major" if other > mine and len(other) == len(mine) and other[0] < mine[0] + 100 else ""
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(mine, other, strict=False))))
    if same == len(mine):
        return "patch" if len(other) == len(mine) + 1 else ""  # "3.11" names any 3.11: "3.11.9" pins one
    if other < mine or len(other) != len(mine):
        return ""
    return "minor" if same == 1 else "patch"


def _is_smaller(mine: Tag, other: Tag) -> bool:
    if mine.numbers != other.numbers or (not mine.numbers and not other.text.startswith(f"{mine.text}-")):
        return False
    return any(word in _SMALL and word not in mine.variant for word in (other.variant, other.variant.partition("-")[0]))


_SMALL = frozenset({"slim", "alpine", "distroless", "minimal", "micro"})
