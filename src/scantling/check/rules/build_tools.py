"""SCN-IMG-018: compilers in the final stage."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_TOOLS = frozenset({
    "build-essential", "gcc", "g++", "clang", "make", "cmake", "autoconf", "automake", "build-base", "musl-dev",
    "gcc-c++", "golang", "golang-go", "cargo", "rustc", "rust", "maven", "gradle", "default-jdk", "git", "python3-dev",
    "libc6-dev", "linux-headers", "pkg-config", "ninja-build", "openjdk-17-jdk", "openjdk-21-jdk",
})  # fmt: skip
_IMAGES = frozenset({"golang", "rust", "maven", "gradle", "gcc", "buildpack-deps"})
_SMALLER = {
    "python": "python:VERSION-slim, or a distroless Python image",
    "node": "node:VERSION-slim, or a distroless Node.js image",
    "golang": "scratch or a distroless static image: Go binaries need no distribution",
    "rust": "debian:VERSION-slim, or scratch for a binary linked against musl",
    "maven": "eclipse-temurin:VERSION-jre",
    "gradle": "eclipse-temurin:VERSION-jre",
}


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    final = recipe.built_on(recipe.final)[0]
    name = final.image.rpartition("/")[2].partition("@")[0].partition(":")[0]
    if name in _IMAGES and recipe.is_source:
        advice = _SMALLER.get(name, "a slim image")
        yield Hit(f"the final stage is built on {name}, with its compiler; instead: {advice}", name, final.line)
    for one in recipe.final_runs():
        installed, removed = set(), set()
        for command in one.commands():
            words = set(command.arguments)
            tools = {word.partition("=")[0] for word in words} & _TOOLS
            if words & {"install", "add", "groupinstall"}:
                installed |= tools
                if "--virtual" in command.words or "-t" in command.words:
                    installed -= tools  # a group that is removed by its name
            if words & {"purge", "remove", "autoremove", "del", "erase"}:
                removed |= tools
        left = sorted(installed - removed)
        if left:
            named = ", ".join(left)
            yield Hit(f"{named} in the final stage: build in an earlier stage and COPY --from it", named, one.line, one)


RULE = Rule(
    id="SCN-IMG-018",
    title="Build tools in the final stage",
    severity="LOW",
    why="Compilers and headers are most of the size and of the vulnerabilities, and tools for an intruder.",
    fix="Build in a stage of its own (FROM ... AS build) and copy only the result: COPY --from=build.",
    references=("https://docs.docker.com/build/building/multi-stage/",),
    cis=("4.3",),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM golang:1.23\nCOPY . .\nRUN go build -o /app\nCMD [\"/app\"]\n"),
        ("dockerfile", "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y gcc libpq-dev\n"),
        ("history", "RUN /bin/sh -c apk add --no-cache build-base # buildkit"),
    ),
    good=(
        ("dockerfile", "FROM golang:1.23 AS build\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\n"),
        ("dockerfile", "FROM alpine:3.20\nRUN apk add --virtual .b gcc && make && apk del .b\n"),
        ("dockerfile", "FROM debian:12\nRUN apt-get install -y gcc && make && apt-get purge -y gcc\n"),
    ),
)  # fmt: skip
