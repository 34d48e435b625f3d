"""Mechanical corrections of instructions, where the lines they stand on say all that is needed."""

from __future__ import annotations

from collections.abc import Callable

from ..rule import Edit
from .recipe import Instruction, Recipe


def changed(recipe: Recipe, one: Instruction, change: Callable[[str], str]) -> Edit | None:
    """The first line of ``one`` that ``change`` alters, altered; None where there is none, or no source."""
    for number in range(one.line, one.last_line + 1) if recipe.is_source else ():
        line = recipe.lines[number - 1]
        if line.lstrip().startswith("#"):
            continue
        new = change(line)
        if new != line:
            return Edit(number, number, (new,))
    return None


def appended(recipe: Recipe, one: Instruction, command: str) -> Edit | None:
    """``command`` run after everything else of a RUN in shell form without a here-document."""
    if not recipe.is_source or one.body or one.argv is not None:
        return None
    line = recipe.lines[one.last_line - 1]
    if line.endswith("\\") or line.lstrip().startswith("#") or not line.strip():
        return None
    return Edit(one.last_line, one.last_line, (line.rstrip() + " \\", f"    && {command}"))
