"""Mechanical corrections as a unified diff that ``git apply`` takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from .rule import Edit


def corrected(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with ``edits`` made; of two that touch the same lines the first alone."""
    lines = text.split("\n")
    free_below = len(lines) + 1
    for edit in sorted(set(edits), key=lambda edit: (-edit.first, -edit.last, edit.lines)):
        if max(edit.last, edit.first) < free_below and 1 <= edit.first <= len(lines):
            lines[edit.first - 1 : edit.last] = edit.lines
            free_below = edit.first
    return "\n".join(lines)


def diff(path: str, old: str, new: str) -> str:
    """The unified diff from ``old`` to ``new``, "" where nothing changed."""
    out = []
    for line in difflib.unified_diff(_lines(old), _lines(new), f"a/{path}", f"b/{path}"):
        out.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(out)


def _lines(text: str) -> list[str]:
    """As git cuts them: a form feed or a lone carriage return ends none."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
