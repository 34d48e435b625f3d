"""Text that somebody else wrote, made safe to show: on a terminal, in a log, in Markdown, in XML.

Image names, package names, paths and advisory texts are hostile. A control character can rewrite the screen, a bidi
override can make "will not fix" read as something else, a zero-width one can hide half a name. All of them come out
as visible escapes on one line.
"""

from __future__ import annotations

from unicodedata import category, east_asian_width

MAX_CHARS = 2_000  # no name or title is longer; a megabyte of one would bury the rest of the report
_BYTE_FIRST, _BYTE_LAST = 0xF700, 0xF7FF  # layers.names keeps the raw byte 0xNN of a name as U+F7NN
# letters by category, but drawn as nothing at all
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str, max_chars: int = MAX_CHARS) -> str:
    """``text`` on one line with nothing in it that a terminal would act on or a reader could not see.

    Raw bytes of undecodable names appear as ``\\xNN``, controls as ``\\x1b``, everything else invisible as
    ``\\uNNNN``. Cut after ``max_chars`` characters of input, with an ellipsis.
    """
    cut = len(text) > max_chars
    if cut:
        text = text[:max_chars]
    if not text.isprintable() or not _BLANK_LETTERS.isdisjoint(text):
        text = "".join(character if _is_visible(character) else _escape(character) for character in text)
    return text + "…" if cut else text


def display_width(text: str) -> int:
    """How many terminal columns ``text`` takes: two for wide East Asian characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def clip(text: str, columns: int) -> str:
    """``text`` cut to at most ``columns`` terminal columns; an ellipsis says that it was."""
    if display_width(text) <= columns:
        return text
    kept: list[str] = []
    left = columns - 1
    for character in text:
        left -= _columns(character)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept) + "…"


def pad(text: str, columns: int) -> str:
    """``text`` with spaces after it up to ``columns``; never cut."""
    return text + " " * (columns - display_width(text))


def wrap(text: str, columns: int, max_lines: int = 0) -> list[str]:
    """``text`` in lines of at most ``columns``, broken at spaces where there are any; at most ``max_lines`` of them."""
    columns = max(columns, 8)
    lines: list[str] = []
    line = ""
    for word in text.split():
        while display_width(word) > columns:
            if line:
                lines.append(line)
                line = ""
            head = _head(word, columns)
            lines.append(head)
            word = word[len(head) :]
        if not line:
            line = word
        elif display_width(line) + 1 + display_width(word) <= columns:
            line += " " + word
        else:
            lines.append(line)
            line = word
    if line:
        lines.append(line)
    if max_lines and len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], clip(f"{lines[max_lines - 1]}…", columns)]
    return lines


def _head(word: str, columns: int) -> str:
    taken = 0
    for index, character in enumerate(word):
        taken += _columns(character)
        if taken > columns:
            return word[:index]
    return word


def _columns(character: str) -> int:
    if category(character) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def _is_visible(character: str) -> bool:
    return character.isprintable() and character not in _BLANK_LETTERS


def _escape(character: str) -> str:
    point = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if _BYTE_FIRST <= point <= _BYTE_LAST:
        return f"\\x{point - _BYTE_FIRST:02x}"
    if point < 0x80:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
