"""SCN-IMG-029: an instruction that is deprecated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.edits import changed
from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_LINE = re.compile(r"(?i)^(\s{0,50})MAINTAINER[ \t]{1,50}[\"']?([^\"'\\]{1,500}?)[\"']?\s{0,50}$")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for one in stage.instructions:
            if one.name == "MAINTAINER":
                edit = changed(
                    recipe, one, lambda line: _LINE.sub(r'\1LABEL org.opencontainers.image.authors="\2"', line)
                )
                yield Hit("MAINTAINER is deprecated", "", one.line, one, edit)


RULE = Rule(
    id="SCN-IMG-029",
    title="MAINTAINER is deprecated",
    severity="NEGLIGIBLE",
    why="Tools read labels, and BuildKit warns of it.",
    fix="Write LABEL org.opencontainers.image.authors.",
    references=("https://docs.docker.com/reference/dockerfile/#maintainer-deprecated",),
    also=("AVD-DS-0022", "DL4000"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nMAINTAINER Jane Roe <jane@example.com>\n"),),
    good=(("dockerfile", 'FROM debian:12\nLABEL org.opencontainers.image.authors="Jane Roe <jane@example.com>"\n'),),
)
