"""SCN-IMG-005: ADD where COPY would do."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Instruction, Recipe
from ..rule import Edit, Hit, Rule

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".gz", ".xz", ".bz2")
_REMOTE = ("http://", "https://", "git@", "git://", "ssh://")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for one in stage.instructions:
            words = list(one.argv or one.value.split())
            if one.name != "ADD" or one.on_build or len(words) < 2:
                continue
            if not any(word.startswith(_REMOTE) or word.endswith(_ARCHIVES) or "$" in word for word in words[:-1]):
                yield Hit("ADD copies local files, which COPY does without surprises", " ".join(words), one.line, one,
                    _edit(recipe, one))  # fmt: skip


def _edit(recipe: Recipe, one: Instruction) -> Edit | None:
    line = recipe.lines[one.line - 1]
    at = line.upper().find("ADD")
    return Edit(one.line, one.line, (line[:at] + "COPY" + line[at + 3 :],)) if at >= 0 else None


RULE = Rule(
    id="SCN-IMG-005",
    title="ADD where COPY would do",
    severity="LOW",
    why="ADD unpacks archives and fetches URLs: a file with another name or content than today's does something else.",
    fix="Write COPY.",
    references=("https://docs.docker.com/build/building/best-practices/#add-or-copy",),
    also=("AVD-DS-0005", "DL3020"),
    cis=("4.9",),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nADD app /app\n"),),
    good=(
        ("dockerfile", "FROM debian:12\nCOPY app /app\n"),
        ("dockerfile", "FROM debian:12\nADD rootfs.tar.xz /\n"),
    ),
)
