"""Arch Linux: ``[epoch:]version[-pkgrel]`` (vercmp(8), PKGBUILD(5)). Like rpm's order with three differences: letters
directly after a number come before its end ("1.0rc" before "1.0"), the count of separators counts, "~" and "^" mean
nothing.

pacman compares releases only when both versions have one; here, as in ``rpm``, a missing release comes first. Text
that ends in a separator, which pacman orders in a circle, is placed between its letters and its numbers.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Key: TypeAlias = tuple[int, tuple[int | str, ...], tuple[int | str, ...]]

_EPOCH_MAX = 2**63 - 1
_SEGMENT = re.compile(r"([^0-9A-Za-z]*)([0-9]+|[A-Za-z]+|\Z)")
_WORD, _END, _NUMBER = range(3)


def key(text: str) -> Key:
    """An orderable key. Raises ``Unparseable`` for text with white space, without a letter or digit, or with an
    epoch that is no number."""
    epoch = 0
    head, colon, rest = text.partition(":")
    if colon:
        if not (head == "" or (head.isascii() and head.isdecimal())) or int(head or "0") > _EPOCH_MAX:
            raise Unparseable("alpm", text, "the epoch is no number")
        epoch = int(head or "0")
    else:
        rest = text
    version, dash, release = rest.rpartition("-")
    if not dash:
        version, release = rest, ""
    if any(character.isspace() for character in rest) or not re.search(r"[0-9A-Za-z]", version):
        raise Unparseable("alpm", text, "white space, or no letter or digit")
    return epoch, _segments(version), _segments(release) if release else ()


def at_precision_of(text: str, bound: str) -> str:
    """``text`` without its release when ``bound`` names none."""
    return text if "-" in bound or "-" not in text else text.rpartition("-")[0]


def _segments(text: str) -> tuple[int | str, ...]:
    found: list[int | str] = []
    for separators, segment in _SEGMENT.findall(text):
        if not segment:
            found += (min(len(separators), 1), _END)
            break
        if segment[0] <= "9":
            found += (len(separators), _NUMBER, int(segment))
        else:
            found += (len(separators), _WORD, segment)
    return tuple(found)
