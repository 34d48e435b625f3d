"""SCN-IMG-021: a stage that copies from itself."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for number, stage in enumerate(recipe.stages):
        for one in stage.instructions:
            for flag in one.flags if one.name == "COPY" else ():
                source = flag.removeprefix("--from=").lower() if flag.startswith("--from=") else ""
                if source and source in {stage.name, str(number)}:
                    yield Hit(f"--from={source} is the stage that copies", source, one.line, one)


RULE = Rule(
    id="SCN-IMG-021",
    title="COPY from the stage itself",
    severity="MEDIUM",
    why="A stage cannot copy from itself: the build fails, or takes an image of that name from a registry.",
    fix="Name an earlier stage; within one stage use RUN cp.",
    references=("https://docs.docker.com/reference/dockerfile/#copy---from",),
    also=("AVD-DS-0006", "DL3023"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12 AS app\nCOPY --from=app /a /b\n"),),
    good=(("dockerfile", "FROM debian:12 AS build\nFROM debian:12 AS app\nCOPY --from=build /a /b\n"),),
)
