"""Bytes of a layer that no container sees, because a later layer removes or replaces them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.model.finding import Finding

from ..check import Scene
from ..file_rule import FileRule, found
from .listed import Listed, in_words

WASTE = FileRule(
    "SCN-FS-011", "Bytes of a layer that no container sees", "NEGLIGIBLE",
    "A later layer hides a file and does not take it out: it is pulled and stored, and can be read by all who pull.",
    "Remove files in the RUN that makes them; use COPY --chown and --chmod; build in a stage of its own.",
    references=("https://docs.docker.com/build/building/best-practices/",),
)  # fmt: skip
_WORTH_SAYING = 1_000_000  # bytes; every install rewrites some package database
_MUCH = 20_000_000


def run(scene: Scene, layers: Sequence[Listed]) -> Iterator[Finding]:
    """One finding for each layer: bytes removed later, bytes replaced later, the largest file. Bytes that a hard link
    of the same layer still shows are not lost."""
    for layer in layers:
        if not layer.hidden:
            continue
        linked = _linked(scene, layer.number)
        removed = replaced = largest = 0
        name = ""
        for path, size in zip(layer.paths, layer.sizes, strict=True):
            if not size or path not in layer.hidden or path in linked:
                continue
            if scene.view.provider(path) is None:
                removed += size
            else:
                replaced += size
            if size > largest:
                name, largest = path, size
        total = removed + replaced
        if total < _WORTH_SAYING:
            continue
        parts = [
            f"{in_words(size)} {how} later" for size, how in ((removed, "removed"), (replaced, "replaced")) if size
        ]
        said = f"{' and '.join(parts)}, of them {in_words(largest)} in this file"
        step = _step(scene, layer.number)
        yield found(scene, WASTE, name, said, place=step, layer=layer.number, severity="LOW" if total >= _MUCH else "")


def _linked(scene: Scene, number: int) -> set[str]:
    links = scene.layers[number].tree.hardlinks or {}
    return {target for link, target in links.items() if scene.view.provides(number, link)}


def _step(scene: Scene, number: int) -> str:
    layers = scene.info.layers
    return layers[number].created_by if number < len(layers) else ""
