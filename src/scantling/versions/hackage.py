"""Haskell's Package Versioning Policy (pvp.haskell.org): numbers between dots, compared one by one, fewer before more.

Unlike anywhere else a zero at the end counts: 1.0 is older than 1.0.0. Tags ("1.0-beta") are no longer versions.
"""

from __future__ import annotations

import re

from .unparseable import Unparseable

_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def key(text: str) -> tuple[int, ...]:
    """An orderable key. Raises ``Unparseable``."""
    if _VERSION.fullmatch(text.strip(" \t")) is None or not text.isascii():
        raise Unparseable("hackage", text)
    return tuple(map(int, text.split(".")))
