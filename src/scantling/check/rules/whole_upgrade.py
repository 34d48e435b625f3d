"""SCN-IMG-030: the whole distribution is upgraded in a build."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_UPGRADES = {
    "apt-get": {"dist-upgrade"}, "apt": {"dist-upgrade", "full-upgrade"}, "aptitude": {"dist-upgrade", "full-upgrade"},
    "zypper": {"dist-upgrade", "dup"}, "dnf": {"distro-sync", "system-upgrade"},
}  # fmt: skip


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.runs():
        for command in one.commands():
            does = _UPGRADES.get(command.program, set()) & set(command.arguments[:1])
            if does:
                yield Hit(f"{command.program} {min(does)}", one.value[:200], one.line, one)
                break


RULE = Rule(
    id="SCN-IMG-030",
    title="The whole distribution is upgraded",
    severity="LOW",
    why="It may remove packages and go on to another release: what comes of it differs from day to day.",
    fix="Take a newer base image; apt-get upgrade for what it lacks.",
    references=("https://manpages.debian.org/stable/apt/apt-get.8.en.html",),
    also=("AVD-DS-0024", "DL3005"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get -y dist-upgrade\n"),),
    good=(("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get -y upgrade\n"),),
)
