"""SCN-IMG-008: packages are installed at whatever version is newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..recipe.shell import Command
from ..rule import Hit, Rule

_NAME = re.compile(r"[a-z0-9][a-z0-9+._-]{1,100}(?::[a-z0-9]{2,10})?")


def _unpinned(command: Command) -> list[str]:
    arguments = command.arguments
    if command.program in {"apt-get", "apt"} and "install" in arguments:
        return [word for word in arguments if word != "install" and _NAME.fullmatch(word)]
    if command.program == "apk" and "add" in arguments:
        names = []
        for before, word in zip(command.words, command.words[1:], strict=False):
            if word != "add" and before not in {"-t", "--virtual", "-X", "--repository"} and _NAME.fullmatch(word):
                names.append(word)
        return [name for name in names if not name.startswith("-")]
    return []


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.final_runs():
        names = sorted({name for command in one.commands() for name in _unpinned(command)})
        if names:
            shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            yield Hit(f"no version is named for {shown}", " ".join(names)[:200], one.line, one)


RULE = Rule(
    id="SCN-IMG-008",
    title="Packages without a version",
    severity="NEGLIGIBLE",
    why="The same Dockerfile gives another image tomorrow, and a cached layer keeps old packages for good.",
    fix="Name versions (curl=7.88.1-10+deb12u8), or build from a snapshot of the distribution's archive.",
    references=("https://docs.docker.com/build/building/best-practices/#version-pinning",),
    also=("DL3008", "DL3018"),
    recipe=_recipe,
    only_source=True,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN apt-get install -y curl ca-certificates\n"),
        ("dockerfile", "FROM alpine:3.20\nRUN apk add --no-cache curl\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nRUN apt-get install -y curl=7.88.1-10+deb12u8\n"),
        ("dockerfile", "FROM alpine:3.20\nRUN apk add --no-cache curl=8.9.1-r2\n"),
        ("dockerfile", "FROM debian:12\nRUN apt-get install -y ./local.deb\n"),
    ),
)
