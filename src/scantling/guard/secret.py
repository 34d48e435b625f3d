"""Passwords and tokens: values that cannot be printed, formatted, copied into a report or pickled by accident."""

from __future__ import annotations

import hmac
from typing import NoReturn

_SHOWN = "***"


class Secret:
    """Holds a text that only ``reveal`` gives out. ``repr``, ``str`` and ``format`` show ``***``; serialising it
    (``pickle``, ``copy.deepcopy``, ``dataclasses.asdict``, any JSON encoder) raises ``TypeError``."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself: call it only where it is put on the wire."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __repr__(self) -> str:
        return f"Secret({_SHOWN})"

    def __str__(self) -> str:
        return _SHOWN

    def __format__(self, spec: str) -> str:
        return format(_SHOWN, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be serialised")
