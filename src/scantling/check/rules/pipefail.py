"""SCN-IMG-033: a pipe whose first command may fail unseen."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Instruction, Recipe
from ..rule import Hit, Rule

_POSIX = ("sh", "bash", "ash", "zsh", "dash", "ksh")
# what fails for reasons outside of the build
_FAILS = frozenset({"curl", "wget", "git", "gpg", "tar", "apt-get", "apt-key", "openssl"})


def _is_guarded(shell: Instruction | None) -> bool:
    if shell is None or shell.argv is None:
        return False
    return "pipefail" in shell.argv or not shell.argv[0].rpartition("/")[2].endswith(_POSIX)


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        shell: Instruction | None = None
        for one in stage.instructions:
            if one.name == "SHELL":
                shell = one
            if one.name != "RUN" or _is_guarded(shell) or "pipefail" in one.script or one.argv is not None:
                continue
            before = ""
            for command in one.commands():
                if command.piped and before in _FAILS:
                    yield Hit(f"if {before} fails, the build goes on", one.value[:200], one.line, one)
                    break
                before = command.program


RULE = Rule(
    id="SCN-IMG-033",
    title="A pipe without pipefail",
    severity="LOW",
    why="The shell takes the last command's word alone: a download that broke off makes an image all the same.",
    fix='Write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above, or set -o pipefail && in the RUN.',
    references=("https://docs.docker.com/build/building/best-practices/#using-pipes",),
    also=("AVD-DS-0032", "DL4006"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nRUN curl -fsSL https://example.com/a.tgz | tar xz\n"),),
    good=(
        (
            "dockerfile",
            'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl https://example.com/a | tar xz\n',
        ),
        ("dockerfile", "FROM alpine:3.20\nRUN set -o pipefail && wget -qO- https://example.com/a | tar xz\n"),
        ("dockerfile", "FROM debian:12\nRUN echo a | sha256sum -c\n"),
    ),
)
