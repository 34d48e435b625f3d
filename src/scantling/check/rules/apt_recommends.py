"""SCN-IMG-009: apt-get installs what is merely recommended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.edits import changed
from ..recipe.recipe import Instruction, Recipe
from ..rule import Edit, Hit, Rule

_INSTALL = re.compile(r"\b(apt-get(?: -{1,2}[a-z=-]{1,30}){0,5} install)\b")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.final_runs():
        if "Install-Recommends" in one.script:
            continue
        for command in one.commands():
            wants = command.program == "apt-get" and "install" in command.arguments
            if wants and not command.has("--no-install-recommends"):
                yield Hit("apt-get install without --no-install-recommends", one.value[:200], one.line, one,
                    _edit(recipe, one))  # fmt: skip
                break


def _edit(recipe: Recipe, one: Instruction) -> Edit | None:
    def change(line: str) -> str:
        return line if "--no-install-recommends" in line else _INSTALL.sub(r"\1 --no-install-recommends", line)

    return changed(recipe, one, change)


RULE = Rule(
    id="SCN-IMG-009",
    title="Recommended packages are installed too",
    severity="LOW",
    why="Packages that nobody asked for bring size and vulnerabilities.",
    fix="Add --no-install-recommends.",
    references=("https://manpages.debian.org/stable/apt/apt-get.8.en.html",),
    also=("AVD-DS-0029", "DL3015"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"),),
    good=(("dockerfile", "FROM debian:12\nRUN apt-get install -y --no-install-recommends curl\n"),),
)
