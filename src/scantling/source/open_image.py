"""The contract between a transport and the stages that read layers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from scantling.layers.reader import Reader
from scantling.model.image import ImageInfo, LayerRef

__all__ = ["OpenImage", "Reader"]


class OpenImage(Protocol):
    """An image found and described, its layers not yet read. Close it when done."""

    @property
    def info(self) -> ImageInfo: ...

    @property
    def sequential(self) -> bool:
        """True when layers can only be had in the stream's own order: use ``stream_layers``, not ``open_layer``."""

    @property
    def root(self) -> Path | None:
        """An unpacked root file system (``dir:``), which has no layers; None for everything else."""

    def open_layer(self, layer: LayerRef) -> AbstractContextManager[Reader]:
        """The blob as stored, unverified. Callable in a forked child: shares neither offset nor socket.

        Raises ``Unscannable`` when it is not there."""

    def stream_layers(self) -> Iterator[tuple[str, Reader]]:
        """(name in the stream, blob) of every member that may be a layer. A blob is valid until the next is asked for
        and need not be read to its end."""

    def close(self) -> None: ...
