"""SCN-IMG-020: only the last CMD or ENTRYPOINT counts."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for name in ("CMD", "ENTRYPOINT", "HEALTHCHECK"):
            members = [one for one in stage.instructions if one.name == name and not one.on_build]
            for one in members[:-1]:
                yield Hit(f"this {name} is replaced by the one of line {members[-1].line}", name, one.line, one)


RULE = Rule(
    id="SCN-IMG-020",
    title="An instruction without effect",
    severity="LOW",
    why="Of several CMD, ENTRYPOINT or HEALTHCHECK in a stage the last alone counts: the others mislead.",
    fix="Remove all but the last.",
    references=("https://docs.docker.com/reference/dockerfile/#cmd",),
    also=("AVD-DS-0007", "AVD-DS-0016", "AVD-DS-0023", "DL3012", "DL4003", "DL4004"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nCMD [\"a\"]\nCMD [\"b\"]\n"),),
    good=(("dockerfile", "FROM debian:12 AS a\nCMD [\"a\"]\nFROM a\nCMD [\"b\"]\n"),),
)  # fmt: skip
