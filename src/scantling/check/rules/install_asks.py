"""SCN-IMG-028: an installer that waits for an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.edits import changed
from ..recipe.recipe import Recipe
from ..recipe.shell import Command
from ..rule import Hit, Rule

_YES = {
    "apt-get": ("-y", "--yes", "--assume-yes", "-qq"),
    "apt": ("-y", "--yes", "--assume-yes", "-qq"),
    "aptitude": ("-y", "--assume-yes"),
    "yum": ("-y", "--assumeyes"),
    "dnf": ("-y", "--assumeyes"),
    "microdnf": ("-y", "--assumeyes"),
    "tdnf": ("-y", "--assumeyes"),
    "zypper": ("-y", "--no-confirm", "-n", "--non-interactive"),
}
_DOES = frozenset({"install", "upgrade", "dist-upgrade", "full-upgrade", "remove", "purge", "in", "groupinstall"})
_INSTALL = re.compile(r"\b((?:apt-get|apt|yum|dnf|microdnf|tdnf|zypper)(?: -{1,2}[a-z=-]{1,30}){0,5} install)\b")


def _asks(command: Command) -> bool:
    yes = _YES.get(command.program)
    if yes is None or command.piped or not command.arguments or command.arguments[0] not in _DOES:
        return False
    letters = {letter for word in command.words if word[:1] == "-" and word[:2] != "--" for letter in word[1:]}
    return not command.has(*yes) and "y" not in letters and command.words.count("-q") < 2 and not command.has("-q=2")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.runs():
        if "Assume-Yes" in one.script or "assumeyes" in one.script:
            continue
        asking = next((command.program for command in one.commands() if _asks(command)), "")
        if asking:
            edit = changed(recipe, one, lambda line: line if " -y" in line else _INSTALL.sub(r"\1 -y", line))
            yield Hit(f"{asking} asks before it does it", one.value[:200], one.line, one, edit)


RULE = Rule(
    id="SCN-IMG-028",
    title="An installer that waits for an answer",
    severity="MEDIUM",
    why="Nobody answers in a build: it stops.",
    fix="Add -y.",
    references=("https://docs.docker.com/build/building/best-practices/#apt-get",),
    also=("AVD-DS-0021", "DL3014"),
    recipe=_recipe,
    only_source=True,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get install curl\n"),
        ("dockerfile", "FROM fedora:41\nRUN dnf install curl\n"),
    ),
    good=(
        (
            "dockerfile",
            "FROM debian:12\nRUN apt-get install -qy curl && apt-get -y remove wget && apt-get -qq install x\n",
        ),
        ("dockerfile", "FROM debian:12\nRUN yes | apt-get install curl\n"),
        ("dockerfile", "FROM opensuse/leap:15.6\nRUN zypper -n install curl\n"),
    ),
)
