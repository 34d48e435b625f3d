"""SCN-IMG-023: a working directory that depends on the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_ABSOLUTE = re.compile(r"[\"']?(?:/|\$|[A-Za-z]:[\\/])")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        rooted = False
        for one in stage.instructions:
            if one.name != "WORKDIR":
                continue
            if _ABSOLUTE.match(one.value):
                rooted = True
            elif not rooted:
                yield Hit(
                    f"{one.value[:200]} is relative to wherever the base image stands", one.value[:200], one.line, one
                )


RULE = Rule(
    id="SCN-IMG-023",
    title="Working directory is relative",
    severity="LOW",
    why="It lies somewhere else as soon as the base image, or a line above, changes.",
    fix="Begin it with a slash.",
    references=("https://docs.docker.com/build/building/best-practices/#workdir",),
    also=("AVD-DS-0009", "DL3000"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nWORKDIR app\n"),),
    good=(
        ("dockerfile", "FROM debian:12\nWORKDIR /app\nWORKDIR src\n"),
        ("dockerfile", "FROM debian:12\nARG HOME\nWORKDIR $HOME/app\n"),
    ),
)
