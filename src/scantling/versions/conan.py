"""Conan 2 (docs.conan.io, "Version"): dotted items of any number, "-" pre-release, "+" build.

Conan compares a number with a word as text, which is no order ("10" < "1a" < "9" < "10"): here numbers come first.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Items: TypeAlias = tuple[tuple[int, int | str], ...]
Key: TypeAlias = tuple[Items, bool, Items, Items]

_VERSION = re.compile(r"([0-9A-Za-z_.]+)(?:-([0-9A-Za-z_.-]+))?(?:\+([0-9A-Za-z_.+-]+))?")


def key(text: str) -> Key:
    """An orderable key; trailing zero items do not count, the build part does. Raises ``Unparseable``."""
    match = _VERSION.fullmatch(text)
    if match is None or not any(character.isdecimal() for character in match[1]):
        raise Unparseable("conan", text)
    main, before, build = match.groups()
    return _items(main), before is None, _items(before or ""), _items(build or "")


def _items(text: str) -> Items:
    items = [(0, int(item)) if item.isdecimal() else (1, item.lower()) for item in text.split(".")] if text else []
    while items and items[-1] == (0, 0):
        items.pop()
    return tuple(items)
