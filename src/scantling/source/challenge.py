"""``WWW-Authenticate`` taken apart (RFC 9110, 11.6.1; the distribution project's token specification)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_HEADER_CHARS = 16_384
_BLANK = " \t"
_DELIMITERS = frozenset(' \t,="\\')


@dataclass(frozen=True, slots=True)
class Challenge:
    """``scheme`` and parameter names are lower case; of a repeated parameter the first counts."""

    scheme: str
    parameters: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The parameter, "" when absent."""
        return next((value for key, value in self.parameters if key == name), "")


def parse_challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """Every challenge of every header, in order. Never raises: what cannot be read is left out. One pass."""
    found: list[Challenge] = []
    for header in headers:
        found += _parse(header[:_HEADER_CHARS])
    return tuple(found)


def _parse(text: str) -> list[Challenge]:
    schemes: list[tuple[str, dict[str, str]]] = []
    position = 0
    while position < len(text):
        if text[position] in _DELIMITERS:
            position += 1
            continue
        end = _token_end(text, position)
        word = text[position:end].lower()
        after = _skip_blanks(text, end)
        if after < len(text) and text[after] == "=" and schemes:
            value, position = _value(text, _skip_blanks(text, after + 1))
            schemes[-1][1].setdefault(word, value)
        else:
            schemes.append((word, {}))
            position = end
    return [Challenge(scheme, tuple(sorted(parameters.items()))) for scheme, parameters in schemes]


def _token_end(text: str, position: int) -> int:
    while position < len(text) and text[position] not in _DELIMITERS:
        position += 1
    return position


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position


def _value(text: str, position: int) -> tuple[str, int]:
    if position >= len(text) or text[position] != '"':
        end = position
        while end < len(text) and text[end] not in " \t,":
            end += 1
        return text[position:end], end
    position += 1
    out: list[str] = []
    while position < len(text) and text[position] != '"':
        if text[position] == "\\" and position + 1 < len(text):
            position += 1
        out.append(text[position])
        position += 1
    return "".join(out), position + 1
