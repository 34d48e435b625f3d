"""SCN-IMG-011: sudo in an image."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_INSTALLS = frozenset({"install", "add"})


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.final_runs():
        for command in one.commands():
            if command.program == "sudo":
                yield Hit("a build step runs sudo", "run", one.line, one)
                break
            if "sudo" in command.arguments and _INSTALLS & set(command.arguments):
                yield Hit("sudo is installed", "install", one.line, one)
                break


RULE = Rule(
    id="SCN-IMG-011",
    title="sudo in the image",
    severity="MEDIUM",
    why="It is a way from the image's user to root; in a build it does nothing that USER does not do.",
    fix="Run the steps that need root before USER; in scripts use setpriv or gosu to step down.",
    references=("https://docs.docker.com/build/building/best-practices/#user",),
    also=("AVD-DS-0010", "DL3004"),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get install -y sudo\n"),
        ("dockerfile", "FROM debian:12\nRUN sudo make install\n"),
        ("history", "RUN /bin/sh -c apk add --no-cache sudo # buildkit"),
    ),
    good=(("dockerfile", "FROM debian:12\nRUN make install # sudo is not needed\n"),),
)
