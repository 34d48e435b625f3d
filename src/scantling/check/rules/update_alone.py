"""SCN-IMG-010: package lists are updated in another layer than the one that installs."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_MANAGERS = {
    "apt-get": ("update",), "apt": ("update",), "apk": ("update",), "yum": ("makecache",), "dnf": ("makecache",),
}  # fmt: skip
_USES = frozenset({"install", "add", "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "download", "source"})


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.runs():
        found = [command for command in one.commands() if command.program in _MANAGERS]
        updates = [command for command in found if set(command.arguments) & set(_MANAGERS[command.program])]
        if updates and not any(set(command.arguments) & _USES for command in found) and "install" not in one.script:
            yield Hit(f"{updates[0].program} update in a RUN of its own", one.value[:200], one.line, one)


RULE = Rule(
    id="SCN-IMG-010",
    title="Package lists are updated in a layer of their own",
    severity="LOW",
    why="The builder's cache keeps that layer: later installs use old lists, and so packages with known holes.",
    fix="Update and install in one RUN.",
    references=("https://docs.docker.com/build/building/best-practices/#apt-get",),
    also=("AVD-DS-0017",),
    cis=("4.7",),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\n"),
        ("history", "/bin/sh -c apt-get update"),
    ),
    good=(("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"),),
)
