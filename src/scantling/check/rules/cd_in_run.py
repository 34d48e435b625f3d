"""SCN-IMG-026: cd where WORKDIR is meant."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.runs():
        commands = one.commands()
        if not commands or commands[0].program != "cd" or one.body:
            continue
        if all(command.program == "cd" for command in commands):
            yield Hit(
                "cd in a RUN of its own has no effect on the next line", one.value[:200], one.line, one, None, "MEDIUM"
            )
        elif len(commands[0].words) == 2 and commands[0].words[1].startswith("/"):
            yield Hit(f"cd {commands[0].words[1][:200]} where WORKDIR says it", one.value[:200], one.line, one)


RULE = Rule(
    id="SCN-IMG-026",
    title="cd where WORKDIR is meant",
    severity="NEGLIGIBLE",
    why="Every RUN begins in WORKDIR again: what cd says holds for its own line only.",
    fix="Write WORKDIR before the RUN.",
    references=("https://docs.docker.com/build/building/best-practices/#workdir",),
    also=("AVD-DS-0013", "DL3003"),
    recipe=_recipe,
    only_source=True,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN cd /src\nRUN make\n"),
        ("dockerfile", "FROM debian:12\nRUN cd /src && make\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nWORKDIR /src\nRUN make\n"),
        ("dockerfile", "FROM debian:12\nRUN make && cd build && make install\n"),
    ),
)
