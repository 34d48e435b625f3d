"""Python: PEP 440, by the ``packaging`` library, which is its reference implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .unparseable import Unparseable

if TYPE_CHECKING:
    from packaging.version import Version


def key(text: str) -> Version:
    """An orderable, hashable ``packaging`` version. Raises ``Unparseable``."""
    from packaging.version import Version

    if not text.isascii():
        raise Unparseable("pep440", text)
    try:
        return Version(text)
    except ValueError as error:  # InvalidVersion is one; so is the interpreter's refusal of a huge integer
        raise Unparseable("pep440", text) from error


def at_precision_of(text: str, bound: str) -> str:
    """``text`` without its local part ("+cu118") when ``bound`` has none, as PEP 440's "==" and "<=" ask."""
    return text if "+" in bound else text.partition("+")[0]
