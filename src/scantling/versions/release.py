"""Versions as the makers of interpreters and servers number their releases, and as Bitnami numbers its builds of them.

No specification covers them all: dotted numbers ("15.4", "1.25.3"); a patch letter (OpenSSL's "1.1.1w"); a stage
before the release, joined or not ("3.12.0rc1", "8.3.0RC2", "2.6.0-rc1"); a patch level (Ruby's "2.7.0p0"); a revision
or update after it (Bitnami's "1.25.3-2", Java's "1.8.0_392"). What follows a "+" does not count. Revision 0 is no
revision.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Numbers: TypeAlias = tuple[int, ...]
Key: TypeAlias = tuple[Numbers, str, tuple[int, int], int, Numbers]

_STAGES = {"dev": 0, "a": 1, "alpha": 1, "b": 2, "beta": 2, "pre": 3, "preview": 3, "c": 4, "rc": 4}
_RELEASED = 5
_VERSION = re.compile(
    r"v?([0-9]+(?:\.[0-9]+)*)"
    r"(?:(?!rc)([a-z]{1,2})(?![a-z0-9]))?"
    r"(?:[-._]?(dev|alpha|a|beta|b|preview|pre|c|rc)(?:[-.]?([0-9]+))?(?![a-z]))?"
    r"(?:p([0-9]+))?"
    r"(?:[-_]([0-9]+(?:\.[0-9]+)*))?"
    r"(?:\+[0-9a-z.+_-]*)?",
    re.IGNORECASE,
)


def key(text: str) -> Key:
    """An orderable key; trailing zeros do not count ("7.0" is "7.0.0"). Raises ``Unparseable``."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise Unparseable("release", text)
    numbers, letters, stage, count, level, revision = match.groups()
    before = (_STAGES[stage.lower()], int(count or 0)) if stage else (_RELEASED, 0)
    return _numbers(numbers), (letters or "").lower(), before, int(level or 0), _numbers(revision or "")


def _numbers(text: str) -> Numbers:
    found = [int(part) for part in text.split(".")] if text else []
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
