"""SCN-IMG-007: package lists and caches stay in the layer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.edits import appended, changed
from ..recipe.recipe import Instruction, Recipe
from ..rule import Edit, Hit, Rule

_ADD = re.compile(r"\b(apk(?: -{1,2}[a-z=-]{1,30}){0,5} add)\b")
_APT = frozenset({"apt-get", "apt", "aptitude"})
_DNF = frozenset({"yum", "dnf", "microdnf", "tdnf"})


def _left(one: Instruction) -> str:
    """What this RUN leaves behind, in words."""
    if any("/var/lib/apt" in flag or "/var/cache" in flag or "/var/lib/dnf" in flag for flag in one.flags):
        return ""  # a cache mount: not part of the layer
    script, all_commands = one.script, one.commands()
    for command in all_commands:
        if command.program in _APT and "update" in command.arguments and "/var/lib/apt/lists" not in script:
            return "apt's package lists"
        if command.program in _DNF and "install" in command.arguments:
            cleaned = any(other.program in _DNF and "clean" in other.arguments for other in all_commands)
            if not cleaned and "/var/cache" not in script:
                return f"{command.program}'s cache"
        if command.program == "zypper" and {"install", "in", "dup", "update"} & set(command.arguments):
            cleaned = any(
                other.program == "zypper" and {"clean", "cc"} & set(other.arguments) for other in all_commands
            )
            if not cleaned and "/var/cache" not in script:
                return "zypper's cache"
        adds = command.program == "apk" and "add" in command.arguments and not command.has("--no-cache")
        if adds and "/var/cache/apk" not in script and "cache clean" not in script:
            return "apk's index"
    return ""


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.final_runs():
        left = _left(one)
        if left:
            yield Hit(f"{left} stay in the layer", one.value[:200], one.line, one, _edit(recipe, one, left))


def _edit(recipe: Recipe, one: Instruction, left: str) -> Edit | None:
    if left.startswith("apk's"):
        return changed(recipe, one, lambda line: _ADD.sub(r"\1 --no-cache", line))
    program = left.partition("'")[0]
    clean = "rm -rf /var/lib/apt/lists/*" if program == "apt" else f"{program} clean" + " --all" * (program == "zypper")
    return appended(recipe, one, clean + " all" * (program in _DNF))


RULE = Rule(
    id="SCN-IMG-007",
    title="Package lists or caches are left behind",
    severity="LOW",
    why="They are useless in a running container, tens of megabytes large, and make builds differ from day to day.",
    fix="Remove them in the same RUN, or keep them out of the layer with RUN --mount=type=cache.",
    references=("https://docs.docker.com/build/building/best-practices/#apt-get",),
    also=("AVD-DS-0015", "AVD-DS-0019", "AVD-DS-0020", "AVD-DS-0025", "AVD-DS-0027", "DL3009", "DL3019"),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get install -y curl=7.88.1-10\n"),
        ("history", "RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit"),
        ("dockerfile", "FROM fedora:41\nRUN dnf install -y curl\n"),
        ("dockerfile", "FROM opensuse/leap:15.6\nRUN zypper -n install curl\n"),
        ("dockerfile", "FROM alpine:3.20\nRUN apk add curl\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n"),  # noqa: E501
        ("dockerfile", "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y x\n"),  # noqa: E501
        ("dockerfile", "FROM fedora:41\nRUN dnf install -y curl && dnf clean all\n"),
        ("dockerfile", "FROM opensuse/leap:15.6\nRUN zypper -n install curl && zypper clean --all\n"),
        ("dockerfile", "FROM alpine:3.20\nRUN apk add --no-cache curl\n"),
        ("dockerfile", "FROM debian:12 AS build\nRUN apt-get update\nFROM scratch\nCOPY --from=build /x /x\n"),
    ),
)  # fmt: skip
