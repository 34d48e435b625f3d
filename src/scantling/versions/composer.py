"""Composer (PHP): up to four numbers and a stability, dev < alpha < beta < RC < stable < patch.

Source: getcomposer.org/doc/articles/versions.md. A branch ("dev-main", "1.x-dev") is no version: it has no place
in the order.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Key: TypeAlias = tuple[tuple[int, ...], int, tuple[int, ...], bool]

_VERSION = re.compile(
    r"v?([0-9]+(?:\.[0-9]+){0,3})(?:[._-]?(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+)?(?:[.-][0-9]+)*))?"
    r"([.-]?dev)?(?:\+[^ \t]*)?"
)
_STABILITY = {"alpha": 1, "a": 1, "beta": 2, "b": 2, "rc": 3, "stable": 4, "patch": 5, "pl": 5, "p": 5}
_DEV, _STABLE = 0, 4
_NUMBER = re.compile(r"[0-9]+")


def key(text: str) -> Key:
    """An orderable key. Raises ``Unparseable``, for branches too."""
    match = _VERSION.fullmatch(text.strip(" \t").lower()) if text.isascii() else None
    if match is None:
        raise Unparseable("composer", text)
    numbers = [int(part) for part in match[1].split(".")]
    numbers += [0] * (4 - len(numbers))
    word, counts, dev = match[2], match[3], match[4]
    if word is None:
        return tuple(numbers), _DEV if dev else _STABLE, (), not dev
    return tuple(numbers), _STABILITY[word], tuple(map(int, _NUMBER.findall(counts))), not dev
