"""Licences as packages declare them, told apart: SPDX identifiers, SPDX expressions, and everything else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scantling.guard.display import printable

_CHARS = 200  # a longer one is a licence text; the parser below is not fed with it
_NESTING = 8


@dataclass(frozen=True, slots=True)
class Licence:
    """``kind`` is "id" (of the SPDX list), "expression" (of several) or "name" (free text, printable)."""

    kind: str
    text: str


@lru_cache(maxsize=4096)
def licence(text: str) -> Licence:
    """``text`` by SPDX 2.3 annex D; what is no expression is a name."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    name = Licence("name", printable(text.strip(), _CHARS) or "unknown")
    if not text.isascii() or len(text) > _CHARS or text.count("(") > _NESTING or "ref-" in text.lower():
        return name
    try:
        canonical = str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return name
    return Licence("expression" if " " in canonical else "id", canonical)
