"""SCN-IMG-024: several files copied to what is no directory."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.edits import changed
from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for one in stage.instructions:
            words = list(one.argv or one.value.split())
            if one.name not in {"COPY", "ADD"} or one.body or len(words) < 3:
                continue
            target = words[-1].strip("\"'")
            if not target.endswith(("/", "\\")) and target not in {".", ".."} and "$" not in target:
                edit = None
                if one.argv is None:
                    edit = changed(recipe, one, lambda line, word=words[-1]: _with_slash(line, word))  # type: ignore[misc]
                yield Hit(f"{target} does not end with a slash", target, one.line, one, edit)


def _with_slash(line: str, word: str) -> str:
    return line.rstrip() + "/" if line.rstrip().endswith(" " + word) else line


RULE = Rule(
    id="SCN-IMG-024",
    title="Several files copied to what is no directory",
    severity="MEDIUM",
    why="With more than one source the target must be a directory, and end with a slash: the build fails.",
    fix="End the target with a slash.",
    references=("https://docs.docker.com/reference/dockerfile/#copy",),
    also=("AVD-DS-0011", "DL3021"),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nCOPY a b /app\n"),),
    good=(("dockerfile", "FROM debian:12\nCOPY a b /app/\n"), ("dockerfile", "FROM debian:12\nCOPY a /app\n")),
)
