"""``semver.compare`` and ``semver.is_valid``: Semantic Versioning 2.0.0, with the leading "v" that OPA allows."""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"v?(?P<numbers>[0-9]{1,18}\.[0-9]{1,18}\.[0-9]{1,18})(?:-(?P<pre>[0-9A-Za-z.-]{1,256}))?(?:\+[0-9A-Za-z.-]{1,256})?"
)


def is_valid(text: object) -> bool:
    """Whether ``text`` is a version of three numbers."""
    return isinstance(text, str) and _parts(text) is not None


def compare(one: str, other: str) -> int:
    """-1, 0 or 1 (section 11). Raises ``ValueError`` for what is no version."""
    keys = []
    for text in (one, other):
        parts = _parts(text)
        if parts is None:
            raise ValueError(f"{text[:80]!r} is not a semantic version")
        keys.append(parts)
    return (keys[0] > keys[1]) - (keys[0] < keys[1])


def _parts(text: str) -> tuple[object, ...] | None:
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    names = found["pre"].split(".") if found["pre"] else []
    if "" in names:
        return None
    numbers = tuple(map(int, found["numbers"].split(".")))
    # numbers before words, a shorter list before a longer, and any list before none at all
    return numbers, not names, tuple((0, int(name), "") if name.isdigit() else (1, 0, name) for name in names)
