"""SCN-IMG-027: two programs for one purpose."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_TOOLS = frozenset({"wget", "curl"})


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    seen: dict[str, int] = {}
    for one in recipe.final_runs():
        for command in one.commands():
            named = {command.program} | (
                set(command.arguments) if {"install", "add"} & set(command.arguments) else set()
            )
            for tool in sorted(named & _TOOLS):
                others = [other for other in seen if other != tool]
                if tool not in seen and others:
                    yield Hit(f"{tool} is used besides {others[0]} of line {seen[others[0]]}", tool, one.line, one)
                seen.setdefault(tool, one.line)


RULE = Rule(
    id="SCN-IMG-027",
    title="Both wget and curl",
    severity="NEGLIGIBLE",
    why="Either does what the other does: one more package with its vulnerabilities.",
    fix="Use one of them; better ADD --checksum, which needs neither.",
    references=("https://docs.docker.com/reference/dockerfile/#add---checksum",),
    also=("AVD-DS-0014", "DL4001"),
    cis=("4.3",),
    recipe=_recipe,
    only_source=True,
    bad=(("dockerfile", "FROM debian:12\nRUN wget -q https://example.com/a\nRUN curl -O https://example.com/b\n"),),
    good=(
        ("dockerfile", "FROM debian:12\nRUN curl -O https://example.com/a\nRUN curl -O https://example.com/b\n"),
        (
            "dockerfile",
            "FROM debian:12 AS a\nRUN wget https://example.com/a\nFROM debian:12\nRUN curl -O https://example.com/b\n",
        ),
    ),
)
