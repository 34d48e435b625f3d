"""Mechanical corrections of manifests: a switch that stands on a line of its own, turned."""

from __future__ import annotations

import re

from ..rule import Edit
from .workload import Container


def turned(container: Container, line: int, key: str, to: str) -> Edit | None:
    """``key`` on ``line`` set to ``to`` ("true" or "false"); None where the line says anything else beside it."""
    if not 1 <= line <= len(container.lines):
        return None
    text = container.lines[line - 1]
    found = re.fullmatch(
        r"([ -]{0,200}[\"']?" + key + r"[\"']?[ ]{0,9}:[ ]{1,9})(true|false)([ ]{0,80}(?:#.{0,300})?)", text
    )
    return Edit(line, line, (found[1] + to + found[3],)) if found is not None and found[2] != to else None
