"""SCN-IMG-001: the container's process is root."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.model.image import is_root

from ..manifests.workload import Container
from ..recipe.recipe import Recipe
from ..rule import Edit, Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    if recipe.user is not None:
        if is_root(recipe.user):
            yield Hit("the image sets no user, so it runs as root" if not recipe.user else "the image's user is root")
        return
    users = [one for one in recipe.final_instructions() if one.name == "USER"]
    if users and users[-1].value and is_root(users[-1].value):
        yield Hit("the last USER is root", "user", users[-1].line, users[-1])
    elif not users and recipe.final.image.lower() != "scratch" and "nonroot" not in recipe.final.image:
        yield Hit("no USER: the image runs as root unless its base says otherwise", "user", recipe.final.line,
            edit=_edit(recipe))  # fmt: skip


def _edit(recipe: Recipe) -> Edit | None:
    starts = [one for one in recipe.final.instructions if one.name in {"ENTRYPOINT", "CMD"} and not one.on_build]
    if not starts:
        return None
    before = min(one.line for one in starts)
    return Edit(before, before - 1, ("USER 65532:65532",))


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        user, line = container.context("runAsUser")
        if user == 0 and user is not False:
            yield Hit("runAsUser is 0", "runAsUser", line)
    elif (user := str(container.spec.get("user", ""))) and is_root(user):
        yield Hit("user is root", "user", container.spec.line_of("user"))


RULE = Rule(
    id="SCN-IMG-001",
    title="Runs as root",
    severity="MEDIUM",
    why="Whoever takes over the process is root in the container, one kernel or mount mistake away from the host.",
    fix="Create a user, own by it what must be written, and end with USER and its number.",
    references=("https://docs.docker.com/build/building/best-practices/#user",),
    also=("AVD-DS-0002", "AVD-KSV-0105", "DL3002"),
    cis=("4.1",),
    recipe=_recipe,
    container=_container,
    bad=(
        ("dockerfile", "FROM debian:12\nCMD [\"app\"]\n"),
        ("dockerfile", "FROM debian:12\nUSER app\nUSER root\nCMD app\n"),
        ("compose", "services:\n  web:\n    image: web:1\n    user: \"0:0\"\n"),
        ("kubernetes", "securityContext: {runAsUser: 0}\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nUSER 10001\nCMD [\"app\"]\n"),
        ("dockerfile", "FROM debian:12 AS base\nUSER 10001\nFROM base\nCMD [\"app\"]\n"),
        ("compose", "services:\n  web:\n    image: web:1\n    user: \"1000\"\n"),
        ("kubernetes", "securityContext: {runAsUser: 1000}\n"),
    ),
)  # fmt: skip
