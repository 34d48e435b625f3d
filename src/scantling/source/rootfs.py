"""An unpacked root file system: no layers, no configuration, just a directory (``dir:PATH``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from scantling.model.errors import Unscannable
from scantling.model.image import ImageInfo, LayerRef

from .open_image import Reader


@dataclass(frozen=True, slots=True)
class RootDirectory:
    """An ``OpenImage`` that is read with ``layers.directory.walk(root)``."""

    info: ImageInfo
    root: Path | None
    sequential: bool = False

    def open_layer(self, layer: LayerRef) -> AbstractContextManager[Reader]:  # noqa: ARG002
        raise Unscannable("a directory has no layers", where=self.info.reference)

    def stream_layers(self) -> Iterator[tuple[str, Reader]]:
        return iter(())

    def close(self) -> None:
        """Nothing is held open."""


def open_directory(path: Path, reference: str) -> RootDirectory:
    """The directory ``path``. Raises ``Unscannable``."""
    try:
        root = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "too many symbolic links"
        raise Unscannable(f"cannot open the directory: {reason}", where=str(path), hint="check the path") from None
    if not root.is_dir():
        raise Unscannable("not a directory", where=str(path), hint="dir: takes an unpacked root file system")
    return RootDirectory(ImageInfo(reference=reference, kind="dir", repository=root.name or "/"), root)
