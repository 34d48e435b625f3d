"""The one way a version text is refused. Nothing is ordered here; see ``catalog``."""

from __future__ import annotations

_SHOWN_CHARS = 80


class Unparseable(ValueError):
    """``text`` is no version of ``scheme``, so it lies neither below nor above any other.

    Whoever compares must say so (an *unverified* finding), never take it for "not affected".
    """

    def __init__(self, scheme: str, text: str, reason: str = "") -> None:
        super().__init__(scheme, text, reason)
        self.scheme = scheme
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= _SHOWN_CHARS else self.text[:_SHOWN_CHARS] + "..."
        because = f": {self.reason}" if self.reason else ""
        return f"{shown!r} is not a version in the {self.scheme} scheme{because}"
