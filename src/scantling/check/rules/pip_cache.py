"""SCN-IMG-019: installers of language packages leave their caches in the layer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.edits import changed
from ..recipe.recipe import Instruction, Recipe
from ..rule import Hit, Rule

_INSTALL = re.compile(r"\b(pip3? install)\b")


def _left(one: Instruction) -> str:
    if any("type=cache" in flag for flag in one.flags):
        return ""
    script = one.script
    for command in one.commands():
        words = command.words
        is_pip = command.program in {"pip", "pip3"} or ("pip" in words[1:3] and command.program.startswith("python"))
        installs = is_pip and "install" in words and not command.has("--no-cache-dir", "--no-cache")
        if installs and not any(said in script for said in ("PIP_NO_CACHE_DIR", ".cache", "cache purge")):
            return "pip's cache"
    return ""


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    members = recipe.final_instructions()
    if any(one.name == "ENV" and "PIP_NO_CACHE_DIR" in one.value for one in members):
        return
    for one in members:
        left = _left(one) if one.name == "RUN" else ""
        if left:
            edit = changed(recipe, one, lambda line: _INSTALL.sub(r"\1 --no-cache-dir", line))
            yield Hit(f"{left} stays in the layer", one.value[:200], one.line, one, edit)


RULE = Rule(
    id="SCN-IMG-019",
    title="An installer's cache is left behind",
    severity="LOW",
    why="Downloads are kept a second time: size without use.",
    fix="Add --no-cache-dir, or RUN --mount=type=cache,target=/root/.cache/pip.",
    references=("https://pip.pypa.io/en/stable/topics/caching/",),
    also=("DL3042",),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM python:3.13-slim\nRUN pip install -r requirements.txt\n"),),
    good=(
        ("dockerfile", "FROM python:3.13-slim\nRUN pip install --no-cache-dir -r requirements.txt\n"),
        ("dockerfile", "FROM python:3.13-slim\nENV PIP_NO_CACHE_DIR=1\nRUN pip install x\n"),
        ("dockerfile", "FROM python:3.13-slim\nRUN --mount=type=cache,target=/root/.cache pip install x\n"),
    ),
)
