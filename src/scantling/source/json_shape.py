"""Fields of a parsed JSON document, their types checked: a wrong one is ``Malformed``, null is absent."""

from __future__ import annotations

from typing import Any

from scantling.model.errors import Malformed

_KINDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}


def mapping(value: object, where: str) -> dict[str, Any]:
    """``value`` as an object."""
    return {} if value is None else _typed(value, dict, where)


def items(value: object, where: str) -> list[Any]:
    """``value`` as a list."""
    return [] if value is None else _typed(value, list, where)


def text(value: object, where: str) -> str:
    """``value`` as a text."""
    return "" if value is None else _typed(value, str, where)


def texts(value: object, where: str) -> tuple[str, ...]:
    """``value`` as a list of texts."""
    return tuple(_typed(item, str, f"{where}[{index}]") for index, item in enumerate(items(value, where)))


def pairs(value: object, where: str) -> tuple[tuple[str, str], ...]:
    """``value``, an object of texts, sorted by key."""
    return tuple(sorted((key, text(item, f"{where}.{key[:80]}")) for key, item in mapping(value, where).items()))


def flag(value: object, where: str) -> bool:
    """``value`` as a boolean."""
    return False if value is None else _typed(value, bool, where)


def _typed(value: object, kind: type, where: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Malformed(f"{where} is not {_KINDS[kind]}", where=where)
    return value


def size(value: object, where: str) -> int:
    """``value`` as a count of bytes."""
    number: int = _typed(value, int, where)
    if number < 0:
        raise Malformed(f"{where} is negative", where=where)
    return number
