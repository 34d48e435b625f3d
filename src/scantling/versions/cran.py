"""R's package versions ("Writing R Extensions", Version; ``base::package_version``): numbers between "." or "-".

Which of the two separators stands between them does not matter: 1.2-3 and 1.2.3 are the same. Fewer numbers come
before more: 1.0 is older than 1.0.0.
"""

from __future__ import annotations

import re

from .unparseable import Unparseable

_VERSION = re.compile(r"[0-9]+(?:[.-][0-9]+)*")
_SEPARATOR = re.compile(r"[.-]")


def key(text: str) -> tuple[int, ...]:
    """An orderable key. Raises ``Unparseable``."""
    trimmed = text.strip(" \t")
    if _VERSION.fullmatch(trimmed) is None or not text.isascii():
        raise Unparseable("cran", text)
    return tuple(map(int, _SEPARATOR.split(trimmed)))
