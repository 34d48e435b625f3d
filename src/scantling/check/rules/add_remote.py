"""SCN-IMG-004: ADD from a URL without a checksum."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for one in stage.instructions:
            sources = [word for word in one.argv or one.value.split() if word.startswith(("http://", "https://"))]
            if one.name == "ADD" and sources and not any(flag.startswith("--checksum=") for flag in one.flags):
                yield Hit("ADD fetches a URL, and nothing checks what came", sources[0], one.line, one)


RULE = Rule(
    id="SCN-IMG-004",
    title="ADD from a URL without a checksum",
    severity="MEDIUM",
    why="Whoever controls the server, or the way to it, decides what is in the image.",
    fix="Add --checksum=sha256:..., or fetch and check in one RUN.",
    references=("https://docs.docker.com/reference/dockerfile/#add---checksum",),
    cis=("4.9",),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM debian:12\nADD https://example.com/tool.tar.gz /opt/\n"),
        ("history", "ADD https://example.com/tool /usr/bin/tool # buildkit"),
    ),
    good=(
        ("dockerfile", f"FROM debian:12\nADD --checksum=sha256:{'a' * 64} https://example.com/t.tar.gz /opt/\n"),
        ("history", "/bin/sh -c #(nop) ADD file:0123abcd in / "),
    ),
)
