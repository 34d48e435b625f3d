"""NuGet: up to four numbers, a pre-release compared without regard to case, metadata ignored (NuGet.Versioning)."""

from __future__ import annotations

import re

from .semver import Key, identifiers
from .unparseable import Unparseable

_VERSION = re.compile(
    r"[ \t]*v?([0-9]+(?:\.[0-9]+){0,3})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?[ \t]*", re.IGNORECASE
)


def key(text: str) -> Key:
    """An orderable key. Raises ``Unparseable``."""
    match = _VERSION.fullmatch(text) if text.isascii() else None
    if match is None:
        raise Unparseable("nuget", text)
    numbers = [int(part) for part in match[1].split(".")]
    numbers += [0] * (4 - len(numbers))
    before = match[2]
    return tuple(numbers), before is None, identifiers("nuget", text, before.lower()) if before else ()
