"""Amounts in words."""

from __future__ import annotations


def size(count: int) -> str:
    """``count`` bytes in the decimal unit that reads best, as registries show sizes."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} bytes"
