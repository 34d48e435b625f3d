"""Lists of licences that are there to be chosen from, as one expression.

Composer's schema calls the list of ``license`` disjunctive; npm's documentation has the old ``licenses`` list written
as ``(A OR B)`` today.
"""

from __future__ import annotations

from collections.abc import Iterable

_CHARS = 2_000  # what is longer nobody chooses from: each is then kept by itself, which asks for more


def choice(licences: Iterable[str]) -> tuple[str, ...]:
    """One text for all of ``licences``; () for none."""
    found = sorted(set(licences))
    text = " OR ".join(f"({one})" if " " in one and " and " in one.lower() else one for one in found)
    return (text,) if text and len(text) <= _CHARS else tuple(found)
