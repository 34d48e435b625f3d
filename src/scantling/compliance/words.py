"""A pack's checks in words, for ``compliance show`` and for the manual."""

from __future__ import annotations

from typing import Any

from .pack import PackCheck


def in_words(check: PackCheck) -> str:
    """``misconfiguration (ids: SCN-IMG-001)``."""
    told = "; ".join(f"{name}: {_value(value)}" for name, value in check.parameters.items())
    return f"{check.rule} ({told})" if told else check.rule


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
