"""Which line of a Dockerfile made which layer: its instructions held against what an image's history says.

Only what agrees in text and order is told. A layer whose instruction another builder wrote down otherwise, or that a
Dockerfile since changed made, has no line: nobody is pointed at a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .history import instruction_of
from .recipe import Instruction, Recipe

_MAKES_LAYER = frozenset({"ADD", "COPY", "RUN", "WORKDIR"})
_OFTEN_NOT = "WORKDIR"  # of a directory that is there already
_FLAGS = re.compile(r"(?:--[a-z][a-z-]{0,40}(?:=\S{0,4000})? )*")
_INSTRUCTIONS = 600  # an image has 512 layers at most; the comparison is quadratic


def lines_of(recipe: Recipe, created_by: Sequence[str]) -> list[int | None]:
    """For each layer, lowest first, by the text its history has: the line (from 1) of the instruction that made it. The
    FROM of the lowest stage for the layers below, if the whole recipe was found above them."""
    made = [one for one in recipe.final_instructions() if one.name in _MAKES_LAYER]
    if len(made) > _INSTRUCTIONS or not created_by:
        return [None] * len(created_by)
    layers = [instruction_of(text) for text in created_by]
    pairs = _aligned([_of_source(one) for one in made], [_of_layer(one) for one in layers])
    found: list[int | None] = [None] * len(layers)
    for instruction, layer in pairs:
        found[layer] = made[instruction].line
    matched = {instruction for instruction, _ in pairs}
    if pairs and all(index in matched or one.name == _OFTEN_NOT for index, one in enumerate(made)):
        base = recipe.built_on(recipe.final)[0].line
        for layer in range(pairs[0][1]):
            found[layer] = base
    return found


@dataclass(frozen=True, slots=True)
class _Spelled:
    """An instruction in the ``texts`` that a history may have for it. ``copied`` are the destinations, for builders
    that write the digest of what they copied and not its name; of a layer only where its builder is one of those."""

    name: str = ""
    texts: frozenset[str] = frozenset()
    copied: frozenset[str] = frozenset()


def _of_source(one: Instruction) -> _Spelled:
    # BuildKit puts variables in, Buildah does not
    texts = frozenset((_spelling(one.script), _spelling(one.text.partition(" ")[2])))
    copies = one.name in {"ADD", "COPY"}
    return _Spelled(one.name, texts - {""}, frozenset(text.split()[-1] for text in texts if text and copies))


def _of_layer(one: Instruction | None) -> _Spelled:
    if one is None:
        return _Spelled()
    text = _spelling(one.script)
    is_digest = one.name in {"ADD", "COPY"} and " in " in text
    return _Spelled(one.name, frozenset((text,)), frozenset(text.split()[-1:]) if is_digest else frozenset())


def _spelling(text: str) -> str:
    """``text`` without flags before it, and with one blank where there are several."""
    plain = " ".join(text.split())
    flags = _FLAGS.match(plain)
    return plain[flags.end() :] if flags else plain


def _same(source: _Spelled, layer: _Spelled) -> bool:
    return source.name == layer.name and not (
        source.texts.isdisjoint(layer.texts) and source.copied.isdisjoint(layer.copied)
    )


def _aligned(made: Sequence[_Spelled], layers: Sequence[_Spelled]) -> list[tuple[int, int]]:
    """The longest common subsequence of both, as pairs of indices; of several the one nearest to the end, since what a
    recipe makes is on top."""
    height, width = len(made), len(layers)
    lengths = [[0] * (width + 1) for _ in range(height + 1)]
    for row in range(1, height + 1):
        for column in range(1, width + 1):
            lengths[row][column] = (
                lengths[row - 1][column - 1] + 1
                if _same(made[row - 1], layers[column - 1])
                else max(lengths[row - 1][column], lengths[row][column - 1])
            )
    pairs = []
    row, column = height, width
    while row and column:
        if _same(made[row - 1], layers[column - 1]) and lengths[row][column] == lengths[row - 1][column - 1] + 1:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif lengths[row - 1][column] >= lengths[row][column - 1]:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]
