"""Colours on a terminal: words for what is meant, so that nothing but this file knows an escape sequence."""

from __future__ import annotations

from dataclasses import dataclass

_STYLES = {
    "CRITICAL": "1;97;41", "HIGH": "1;31", "MEDIUM": "33", "LOW": "36", "UNKNOWN": "35", "NEGLIGIBLE": "2",
    "bold": "1", "dim": "2", "good": "1;32", "bad": "1;31", "warn": "1;33", "heading": "1;4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paint:
    """``Paint(color)(style, text)`` is ``text``, in ``style`` if ``color`` is on."""

    color: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text else text
