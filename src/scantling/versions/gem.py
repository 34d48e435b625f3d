"""RubyGems: ``Gem::Version`` (docs.ruby-lang.org): dotted numbers and words, a word makes it a pre-release."""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Key: TypeAlias = tuple[tuple[int] | tuple[int, int | str], ...]

_VERSION = re.compile(r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?")
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+")

# A version is followed by endless zeros. A zero before a word is therefore below the end, and one before a number
# above it, though the two zeros are equal to each other.
_WORD, _ZERO_THEN_WORD, _END, _ZERO_THEN_NUMBER, _NUMBER = range(5)


def key(text: str) -> Key:
    """An orderable key. Raises ``Unparseable`` for what ``Gem::Version.correct?`` refuses, and for empty text."""
    text = text.strip()
    if not _VERSION.fullmatch(text):
        raise Unparseable("gem", text)
    segments: list[int | str] = [
        int(segment) if segment.isdecimal() else segment for segment in _SEGMENT.findall(text.replace("-", ".pre."))
    ]
    first_word = next((index for index, segment in enumerate(segments) if isinstance(segment, str)), len(segments))
    significant = _without_trailing_zeros(segments[:first_word]) + _without_trailing_zeros(segments[first_word:])
    key: list[tuple[int] | tuple[int, int | str]] = [(_END,)]
    next_is_word = False
    for segment in reversed(significant):
        if isinstance(segment, str):
            next_is_word = True
            key.append((_WORD, segment))
        elif segment:
            next_is_word = False
            key.append((_NUMBER, segment))
        else:
            key.append((_ZERO_THEN_WORD if next_is_word else _ZERO_THEN_NUMBER,))
    return tuple(reversed(key))


def _without_trailing_zeros(segments: list[int | str]) -> list[int | str]:
    end = len(segments)
    while end and segments[end - 1] == 0:
        end -= 1
    return segments[:end]
