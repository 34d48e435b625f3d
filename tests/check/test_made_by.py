"""Which Dockerfile line made which layer. Expected lines are counted by hand; the histories are as BuildKit, the
builder before it and Buildah (1.28, taken from an image that it built) write them."""

from __future__ import annotations

import pytest

from scantling.check.recipe.dockerfile import parse
from scantling.check.recipe.made_by import lines_of

DOCKERFILE = b"""\
# syntax=docker/dockerfile:1
FROM golang:1.22 AS build
RUN go build -o /out/app ./...

FROM debian:12-slim AS base
ARG DEBIAN_FRONTEND=noninteractive
RUN --mount=type=cache,target=/var/cache/apt apt-get update && \\
    apt-get install -y --no-install-recommends \\
      ca-certificates \\
    && rm -rf /var/lib/apt/lists/*

FROM base
ENV APP=/srv/app
WORKDIR /srv
COPY --from=build /out/app $APP
COPY static/ ./static/
USER 1000
CMD ["/srv/app"]
"""
RUN = "apt-get update &&     apt-get install -y --no-install-recommends       ca-certificates     && rm -rf /var/lib/apt/lists/*"  # noqa: E501
BASE = "# debian.sh --arch 'amd64' out/ 'bookworm' '@1731283200'"
BUILDKIT = [
    BASE,
    f"RUN |1 DEBIAN_FRONTEND=noninteractive /bin/sh -c {RUN} # buildkit",
    "WORKDIR /srv",
    "COPY /out/app /srv/app # buildkit",
    "COPY static/ ./static/ # buildkit",
]
OLD = [
    "/bin/sh -c #(nop) ADD file:3b4d in / ",
    f"|1 DEBIAN_FRONTEND=noninteractive /bin/sh -c {RUN}",
    "/bin/sh -c #(nop) COPY file:9f1e in /srv/app ",
    "/bin/sh -c #(nop) COPY dir:77aa in ./static/ ",
]
BUILDAH = [
    "/bin/sh -c #(nop) ADD file:bullseye in / ",
    f"|1 DEBIAN_FRONTEND=noninteractive /bin/sh -c --mount=type=cache,target=/var/cache/apt {RUN}",
    "/bin/sh -c #(nop) COPY file:cd38b33c in $APP ",
    "/bin/sh -c #(nop) COPY dir:77aa in ./static/ ",
]
FROM_LINE, RUN_LINE, WORKDIR_LINE, APP_LINE, STATIC_LINE = 5, 7, 14, 15, 16


@pytest.mark.parametrize(
    ("history", "lines"),
    [
        (BUILDKIT, [FROM_LINE, RUN_LINE, WORKDIR_LINE, APP_LINE, STATIC_LINE]),
        (OLD, [FROM_LINE, RUN_LINE, APP_LINE, STATIC_LINE]),
        (BUILDAH, [FROM_LINE, RUN_LINE, APP_LINE, STATIC_LINE]),
        ([BASE, *BUILDKIT], [FROM_LINE, FROM_LINE, RUN_LINE, WORKDIR_LINE, APP_LINE, STATIC_LINE]),
        # the directory was there already: no layer
        ([*BUILDKIT[:2], *BUILDKIT[3:]], [FROM_LINE, RUN_LINE, APP_LINE, STATIC_LINE]),
        # built of another state of the file: what is below may be the base's or not
        ([BASE, "RUN /bin/sh -c apt-get install curl # buildkit", *BUILDKIT[3:]], [None, None, APP_LINE, STATIC_LINE]),
        # somebody's image that was built on this one
        ([*OLD, "RUN /bin/sh -c rm -rf / # buildkit"], [FROM_LINE, RUN_LINE, APP_LINE, STATIC_LINE, None]),
        (["", "bazel build ...", "umoci repack"], [None, None, None]),
        ([], []),
    ],
)  # fmt: skip
def test_lines(history: list[str], lines: list[int | None]) -> None:
    assert lines_of(parse(DOCKERFILE), history) == lines


def test_an_instruction_that_stands_twice_is_told_by_its_order() -> None:
    recipe = parse(b"FROM a\nRUN make\nCOPY . /src\nRUN make\n")
    history = ["base", "RUN /bin/sh -c make # buildkit", "COPY . /src # buildkit", "RUN /bin/sh -c make # buildkit"]
    assert lines_of(recipe, history) == [1, 2, 3, 4]
    assert lines_of(recipe, history[2:]) == [3, 4]


def test_an_image_of_another_file_has_no_lines() -> None:
    assert lines_of(parse(b"FROM scratch\nCOPY app /app\n"), BUILDKIT[:3]) == [None, None, None]
    assert lines_of(parse(b"FROM debian:12\n"), [BASE]) == [None]  # nothing says that it is this one


def test_a_hostile_number_of_instructions_is_not_compared() -> None:
    recipe = parse(b"FROM a\n" + b"RUN true\n" * 9_000)
    assert lines_of(recipe, ["RUN /bin/sh -c true # buildkit"] * 512) == [None] * 512
