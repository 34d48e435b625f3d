"""RPM: ``[epoch:]version[-release]``, compared segment by segment (rpm-version(7), rpmvercmp).

rpm calls "1.0" equal to both "1.0-1" and "1.0-2", which no total order can. Here a missing release sorts before
every release; ``at_precision_of`` gives rpm's own reading of a bound that names no release.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Key: TypeAlias = tuple[int, tuple[int | str, ...], tuple[int | str, ...]]

_EPOCH_MAX = 2**32 - 1  # an unsigned 32 bit header tag
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+|[~^]")
_TILDE, _END, _CARET, _WORD, _NUMBER = range(5)


def key(text: str) -> Key:
    """An orderable key. rpm's comparison skips every other character as a separator, and so does this.

    Raises ``Unparseable`` for text with white space, without any letter or digit, or with an impossible epoch.
    """
    epoch, version, release = split(text)
    return epoch, _segments(version), _segments(release) if release else ()


def split(text: str) -> tuple[int, str, str]:
    """(epoch, version, release); a missing epoch is 0, a missing release ""."""
    epoch = 0
    head, colon, rest = text.partition(":")
    if colon:
        if not (head.isascii() and head.isdecimal()):
            raise Unparseable("rpm", text, "the epoch is not a number")
        epoch = int(head)
        if epoch > _EPOCH_MAX:
            raise Unparseable("rpm", text, "the epoch is too big")
    else:
        rest = text
    version, dash, release = rest.rpartition("-")
    if not dash:
        version, release = rest, ""
    elif not release:
        raise Unparseable("rpm", text, "the release is empty")
    if any(character.isspace() for character in rest) or not re.search(r"[0-9A-Za-z]", version):
        raise Unparseable("rpm", text, "white space, or no letter or digit")
    return epoch, version, release


def at_precision_of(text: str, bound: str) -> str:
    """``text`` without its release when ``bound`` names none."""
    if "-" in bound or "-" not in text:
        return text
    return text.rpartition("-")[0]


def _segments(text: str) -> tuple[int | str, ...]:
    key: list[int | str] = []
    for segment in _SEGMENT.findall(text):
        if segment == "~":
            key.append(_TILDE)
        elif segment == "^":
            key.append(_CARET)
        elif segment[0] <= "9":
            key += (_NUMBER, int(segment))
        else:
            key += (_WORD, segment)
    key.append(_END)
    return tuple(key)
