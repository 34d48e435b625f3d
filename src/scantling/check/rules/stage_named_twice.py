"""SCN-IMG-025: two stages of one name."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    first: dict[str, int] = {}
    for stage in recipe.stages:
        if stage.name and first.setdefault(stage.name, stage.line) != stage.line:
            yield Hit(f"{stage.name} is the name of the stage of line {first[stage.name]} too", stage.name, stage.line)


RULE = Rule(
    id="SCN-IMG-025",
    title="Two stages of one name",
    severity="MEDIUM",
    why="COPY --from and --target mean the one or the other, by where they stand.",
    fix="Give every stage a name of its own.",
    references=("https://docs.docker.com/build/building/multi-stage/",),
    also=("AVD-DS-0012", "DL3024"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12 AS build\nFROM debian:12 AS build\n"),),
    good=(("dockerfile", "FROM debian:12 AS build\nFROM debian:12 AS app\n"),),
)
