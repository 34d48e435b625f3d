"""Which of a record's listed versions its ranges do not already say: the lists are most of an export's bytes.

A version is left out only when that is certain. For PyPI the ordering is PEP 440's own; elsewhere only plain dotted
numbers are compared, which every scheme orders alike, but for the zeros at the end that Haskell and R count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from scantling.model.advisory import Range

_PLAIN = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18}){0,9}")

_ZEROS_COUNT = frozenset({"hackage", "cran"})


def beyond_ranges(versions: Iterable[str], ranges: tuple[Range, ...], scheme: str) -> tuple[str, ...]:
    """The ``versions`` that no range is known to hold, sorted."""
    key = _pep440 if scheme == "pep440" else _counted if scheme in _ZEROS_COUNT else _plain
    spans = [span for bounds in ranges if (span := _span(bounds, key)) is not None]
    return tuple(sorted(version for version in versions if not _covered(version, spans, key)))


Key = Callable[[str], Any]


def _span(bounds: Range, key: Key) -> tuple[Any, Any, bool] | None:
    """(low, high, whether high itself is inside); None where a bound has no known order."""
    low = key(bounds.introduced) if bounds.introduced else ()
    end = bounds.fixed or bounds.last_affected
    high = key(end) if end else ()
    return None if low is None or high is None else (low, high, not bounds.fixed)


def _covered(version: str, spans: list[tuple[Any, Any, bool]], key: Key) -> bool:
    if not spans or (at := key(version)) is None:
        return False
    for low, high, inclusive in spans:
        above = low == () or at >= low
        below = high == () or at < high or (inclusive and at == high)
        if above and below:
            return True
    return False


def _plain(text: str) -> tuple[int, ...] | None:
    if not _PLAIN.fullmatch(text):
        return None
    parts = [int(part) for part in text.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return (1, *parts)  # never (), which stands for "no bound"


def _counted(text: str) -> tuple[int, ...] | None:
    return (1, *map(int, text.split("."))) if _PLAIN.fullmatch(text) else None


@lru_cache(maxsize=200_000)
def _pep440(text: str) -> Any:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        return None
