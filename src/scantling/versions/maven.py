"""Maven: the order of ``ComparableVersion`` as maven.apache.org/pom.html#version-order-specification words it.

Maven accepts any text. What its own comparison leaves without an order (it is not transitive for a few contrived
texts such as "1-0.alpha" and "1-sp") gets one here; on versions that people publish the two agree.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Key: TypeAlias = tuple[tuple[int, int | str], ...]
Token: TypeAlias = tuple[str, int | str]  # separator before it, number or qualifier

_PIECE = re.compile(r"([.-]?)([0-9]+|[^0-9.-]+|)")
_LETTER_BEFORE_DIGIT = {"a": "alpha", "b": "beta", "m": "milestone"}
_RELEASE = frozenset({"", "ga", "final", "release"})
_BEFORE = {"alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "cr": 3, "snapshot": 4}

# What stands at one place decides when all before it is equal. A version is followed by endless nothing ("0" or ""),
# so nothing followed by a pre-release is below the end and nothing followed by more is above it.
(
    _PRE_RELEASE, _NO_WORD_BELOW, _DASH_ZERO_BELOW, _DOT_ZERO_BELOW, _END,
    _NO_WORD_ABOVE, _SERVICE_PACK, _WORD, _DASH_NUMBER, _DOT_NUMBER,
) = range(10)  # fmt: skip


def key(text: str) -> Key:
    """An orderable key. Raises ``Unparseable`` only for text without a letter or digit, with white space or "${"."""
    if any(character.isspace() for character in text) or "${" in text or not re.search(r"[0-9A-Za-z]", text):
        raise Unparseable("maven", text, "empty, white space, or a property that was never filled in")
    return _ranked(_trimmed(_tokens(text.lower())))


def _tokens(text: str) -> list[Token]:
    """Split at ".", "-" and where digits meet other characters (which counts as a "-")."""
    pieces = [match.groups() for match in _PIECE.finditer(text) if match[0]]
    if text[0] in ".-":
        pieces.insert(0, ("", ""))
    if text[-1] in ".-":
        pieces.pop()  # an empty last token is nothing, and trimmed
    tokens: list[Token] = []
    for index, (separator, piece) in enumerate(pieces):
        if not piece:
            tokens.append((separator, 0))
        elif piece[0] in "0123456789":
            tokens.append((separator or "-", int(piece)))
        else:
            follows_digit = index + 1 < len(pieces) and pieces[index + 1][0] == "" and pieces[index + 1][1] != ""
            word = _LETTER_BEFORE_DIGIT.get(piece, piece) if follows_digit else piece
            # ".rc" is read as "-rc": 1.0.0.RC1 is 1.0.0-RC1
            tokens.append(("-", "" if word in _RELEASE else word))
    return tokens


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Without the "0" and "" that stand before the end or before a "-"."""
    kept: list[Token] = []
    for token in tokens:
        if token[0] == "-":
            _drop_trailing_nothing(kept)
        kept.append(token)
    _drop_trailing_nothing(kept)
    return kept


def _drop_trailing_nothing(tokens: list[Token]) -> None:
    while len(tokens) > 1 and not tokens[-1][1]:
        tokens.pop()


def _ranked(tokens: list[Token]) -> Key:
    key: list[tuple[int, int | str]] = [(_END, 0)]
    below = False  # whether what follows makes "nothing" sort below the end
    for separator, value in reversed(tokens):
        dot = separator == "."
        if isinstance(value, int):
            if value:
                below = False
                key.append((_DOT_NUMBER if dot else _DASH_NUMBER, value))
            elif below:
                key.append((_DOT_ZERO_BELOW if dot else _DASH_ZERO_BELOW, 0))
            else:
                key.append((_DOT_NUMBER if dot else _DASH_NUMBER, 0))
        elif not value:
            key.append((_NO_WORD_BELOW if below else _NO_WORD_ABOVE, 0))
        else:
            below = value in _BEFORE
            if below:
                key.append((_PRE_RELEASE, _BEFORE[value]))
            else:
                key.append((_SERVICE_PACK, 0) if value == "sp" else (_WORD, value))
    return tuple(reversed(key))
