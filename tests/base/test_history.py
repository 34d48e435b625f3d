"""Where the history shows the end of a base: shapes of builders, counted by hand."""

from __future__ import annotations

import pytest

from scantling.base.chain import chain_ids
from scantling.base.history import base_layers, credible, made_at
from scantling.model.image import History


def lines(*texts: str) -> tuple[History, ...]:
    """Those that begin with "-" made no layer."""
    return tuple(
        History(text.removeprefix("-"), f"2026-01-{n:02}T00:00:00Z", "", text.startswith("-"))
        for n, text in enumerate(texts, 1)
    )


@pytest.mark.parametrize(
    ("history", "layers", "expected"),
    [
        (lines("ADD rootfs /", '-CMD ["bash"]', "COPY . /app", '-CMD ["app"]'), 2, 1),
        (lines("ADD rootfs /", '-/bin/sh -c #(nop)  CMD ["bash"]', "RUN a", "RUN b"), 3, 1),
        (lines("ADD rootfs /", "-CMD bash", "-ENV A=1", "RUN python", "-ENTRYPOINT python", "COPY . /"), 3, 2),
        (lines("ADD rootfs /", '-CMD ["bash"]'), 1, None),  # a base itself: nothing was built on it
        (lines("ADD rootfs /", '-CMD ["bash"]', "-LABEL a=b", '-CMD ["app"]'), 1, None),
        (lines("ADD rootfs /", "RUN a", '-CMD ["a"]'), 2, None),
        (lines('-CMD ["a"]', "COPY . /"), 1, None),  # a command, but no layer below it
        (lines("ADD rootfs /", "-CMD bash", "COPY . /"), 1, None),  # squashed: the history speaks of other layers
        (lines("ADD rootfs /", "-LABEL CMD x", "COPY CMD /"), 2, None),
        ((), 3, None),
    ],
)
def test_a_command_below_the_top_ends_the_base(history: tuple[History, ...], layers: int, expected: int | None) -> None:
    assert base_layers(history, layers) == expected


def test_the_age_is_of_the_bases_last_layer() -> None:
    history = lines("ADD rootfs /", "-CMD bash", "RUN python", "-CMD python", "COPY . /app")
    assert made_at(history, 2) == "2026-01-03T00:00:00Z"
    assert made_at(history, 9) == ""
    assert made_at((History("ADD", "1970-01-01T00:00:00Z"),), 1) == ""
    assert [credible(text) for text in ("1970-01-01T00:00:00Z", "soon", "", "2026-01-01T00:00:00Z")] == [
        "", "", "", "2026-01-01T00:00:00Z",
    ]  # fmt: skip


def test_names_of_stacks_are_those_of_the_specification() -> None:
    # ChainID(L0|L1) = SHA256(ChainID(L0) + " " + L1); by: printf '%s' 'sha256:a sha256:b' | sha256sum
    first, second = chain_ids(["sha256:a", "sha256:b"])
    assert first == "sha256:a"
    assert second == "sha256:970a948bffa8de94d6e22d747ba8c95030e6e546909f98f54e99a13005e173a8"
    assert chain_ids([]) == ()
