"""When to try again, and how long to wait: exponential back-off with jitter, or what ``Retry-After`` asks, capped."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from scantling.guard import limits

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_HEADER_CHARS = 64  # an HTTP date has 29


@dataclass(frozen=True, slots=True)
class Timing:
    """The outer world's time, so that tests need not wait: ``now`` is seconds since 1970, ``jitter`` is in [0, 1)."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


class Attempts:
    """Counts the tries of one request. All its pauses together stay under ``budget_s`` seconds."""

    def __init__(self, timing: Timing, retries: int = limits.RETRIES, budget_s: float = limits.RETRY_TOTAL_S) -> None:
        self._timing = timing
        self._left = retries
        self._budget_s = budget_s
        self._pause_s = _FIRST_PAUSE_S

    def again(self, retry_after: str = "") -> bool:
        """Sleep and return True when another try is due; False when tries or time are used up.

        ``retry_after`` is the header of that name (RFC 9110, 10.2.3): seconds or a date; nonsense counts as absent.
        """
        if self._left <= 0:
            return False
        asked = parse_retry_after(retry_after, self._timing.now())
        pause = self._pause_s * (0.5 + self._timing.jitter()) if asked is None else min(asked, limits.RETRY_AFTER_MAX_S)
        if pause > self._budget_s:
            return False
        self._left -= 1
        self._budget_s -= pause
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
        self._timing.sleep(pause)
        return True


def is_transient(status: int) -> bool:
    """Statuses that may pass by themselves: too many requests, request timeout, and the server's own failures."""
    return status in {408, 425, 429, 500, 502, 503, 504}


def parse_retry_after(text: str, now: float) -> float | None:
    """Seconds to wait (never negative) from a ``Retry-After`` header; None when absent or unintelligible."""
    text = text.strip()
    if not text or len(text) > _HEADER_CHARS:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(0.0, moment - now)
