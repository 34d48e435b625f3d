"""The texts of an image's configuration and history, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.model.image import ImageInfo

_NOP = re.compile(r"^/bin/sh -c #\(nop\) +")


def texts_of(info: ImageInfo) -> Iterator[tuple[str, str, str]]:
    """(place, diffID of the layer that the step made or "", text), in the configuration's order."""
    config = info.config
    for assignment in config.env:
        yield "image configuration: ENV", "", assignment
    for name, value in config.labels:
        yield "image configuration: LABEL", "", f"{name}={value}"
    for what, words in (
        ("ENTRYPOINT", config.entrypoint), ("CMD", config.cmd), ("HEALTHCHECK", config.healthcheck or ()),
    ):  # fmt: skip
        yield f"image configuration: {what}", "", " ".join(words)
    layers = iter(info.layers)
    for number, step in enumerate(config.history, 1):
        layer = None if step.empty_layer else next(layers, None)
        text = _NOP.sub("", step.created_by)
        yield f"image history: step {number}", layer.diff_id if layer else "", text
        yield f"image history: comment of step {number}", layer.diff_id if layer else "", step.comment
