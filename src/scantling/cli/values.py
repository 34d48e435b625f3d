"""The kinds of value that an option takes, from text to Python. Each raises ``ValueError`` with what was expected."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_TERM = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)")
_MAX_SECONDS = 366 * 86400


def flag(text: str) -> bool:
    """True or false, in the words people use for them."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("expected true or false")


def words(text: str) -> tuple[str, ...]:
    """A comma-separated list; blanks around the items and empty items are dropped."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def duration(text: str) -> float:
    """Seconds, from "90", "5m", "1h30m", "5m0s", "36h" or "7d"."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text):
        seconds = float(text)
    else:
        terms = _TERM.findall(text) if len(text) <= 100 else []
        if not terms or "".join(number + unit for number, unit in terms) != text:
            raise ValueError("expected a duration such as 90s, 5m, 1h30m or 7d")
        seconds = sum(float(number) * _UNITS[unit] for number, unit in terms)
    if seconds <= 0 or seconds > _MAX_SECONDS:
        raise ValueError("expected a duration above zero and of at most a year")
    return seconds


def exit_number(text: str) -> int:
    """A number that a process can exit with."""
    if not re.fullmatch(r"[0-9]{1,3}", text.strip()) or int(text) > 255:
        raise ValueError("expected a number from 0 to 255")
    return int(text)


def count(text: str) -> int:
    """How many of something."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise ValueError("expected a whole number")
    return int(text)


def moment(text: str) -> datetime:
    """A time in ISO 8601; UTC where it names no zone."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("expected a time such as 2026-11-23T12:00:00Z") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
