"""SCN-IMG-022: a port that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for one in stage.instructions:
            for word in one.value.split() if one.name == "EXPOSE" else ():
                for number in word.partition("/")[0].split("-"):
                    if number.isascii() and number.isdigit() and not 0 < int(number[:7]) <= 65535:
                        yield Hit(f"{number[:20]} is no port", number[:20], one.line, one)


RULE = Rule(
    id="SCN-IMG-022",
    title="Port out of range",
    severity="MEDIUM",
    why="Ports go from 1 to 65535: nothing can listen on this one.",
    fix="Name the port that the program listens on.",
    references=("https://docs.docker.com/reference/dockerfile/#expose",),
    also=("AVD-DS-0008", "DL3011"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nEXPOSE 65536/tcp\n"), ("dockerfile", "FROM debian:12\nEXPOSE 8000-80000\n")),
    good=(("dockerfile", "FROM debian:12\nEXPOSE 65535 8000-8010/udp\n"),),
)
