"""SCN-IMG-032: a secret handed to the build, where it stays."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Instruction, Recipe
from ..rule import Hit, Rule
from .run_secret_environment import is_harmless, is_secret_name

_LOGINS = (
    ("aws", "configure", "set"), ("gcloud", "auth", "activate-service-account"), ("az", "login"), ("docker", "login"),
    ("npm", "config", "set"),
)  # fmt: skip


def _named(one: Instruction) -> Iterator[tuple[str, str]]:
    """The variables of ARG or ENV with their values, "" for none."""
    words = one.value.split()
    if one.name == "ENV" and words and "=" not in words[0]:
        yield words[0], " ".join(words[1:])
        return
    for word in words:
        name, _, value = word.partition("=")
        if name.isidentifier():
            yield name, value.strip("\"'")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for one in stage.instructions:
            if one.name in {"ARG", "ENV"}:
                for name, value in _named(one):
                    if is_secret_name(name) and not (is_harmless(value) if value else one.name == "ENV"):
                        yield Hit(f"{one.name} {name[:100]}", name, one.line, one)
            elif one.name == "RUN" and not any("type=secret" in flag for flag in one.flags):
                for command in one.commands():
                    if any(command.words[: len(login)] == login for login in _LOGINS) and _gives(command.words):
                        said = " ".join(command.words[:3] if command.program != "az" else command.words[:2])
                        yield Hit(f"{said} in a RUN without a secret mount", said, one.line, one)
                        break


def _gives(words: tuple[str, ...]) -> bool:
    """Whether the command hands over something secret: a key, a password, a file of them."""
    text = " ".join(words).lower()
    return any(word in text for word in ("key", "secret", "password", " -p", "_auth", "activate-service-account"))


RULE = Rule(
    id="SCN-IMG-032",
    title="A secret is handed to the build",
    severity="HIGH",
    why="Build arguments and variables stay in the image's history and configuration, for everybody who pulls it.",
    fix="Use RUN --mount=type=secret; give the running container its secrets as files.",
    references=("https://docs.docker.com/build/building/secrets/",),
    also=("AVD-DS-0031",),
    cis=("4.10",),
    recipe=_recipe,
    only_source=True,
    bad=(
        ("dockerfile", "FROM debian:12\nARG GITHUB_TOKEN\n"),
        ("dockerfile", "FROM debian:12\nENV AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI\n"),
        ("dockerfile", "FROM debian:12\nRUN aws configure set aws_secret_access_key x\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nRUN --mount=type=secret,id=t aws configure set aws_secret_access_key x\n"),
        ("dockerfile", "FROM debian:12\nENV DB_PASSWORD_FILE=/run/secrets/db\n"),
        ("dockerfile", "FROM debian:12\nARG VERSION=1\nRUN aws configure set region eu-west-1\n"),
    ),
)
