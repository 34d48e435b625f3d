"""Every layer's facts, from the cache or from its bytes.

What reads bytes (``fresh_layers``: the tar walk, the analyzers, the workers) is imported when some layer is not known:
a scan of an unchanged image never loads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scantling.analyze.inspector import Inspector
from scantling.model.errors import Unscannable
from scantling.model.facts import LayerFacts
from scantling.store.cache import LayerCache

from .options import Progress, no_progress
from .remembered import Part, Remembered, whole

if TYPE_CHECKING:
    from scantling.analyze.dispatch import Dispatcher
    from scantling.source.open_image import OpenImage


@dataclass(frozen=True, slots=True)
class LayerReading:
    """How layers are to be read. ``dispatcher`` is called once when some layer has to be. ``cache`` is None when
    caching is off; ``deadline`` is on ``time.monotonic``; ``skip_dirs`` and ``skip_files`` are the user's patterns."""

    dispatcher: Callable[[], Dispatcher]
    cache: LayerCache | None
    deadline: float
    skip_dirs: tuple[str, ...] = ()
    skip_files: tuple[str, ...] = ()
    workers: int = 0
    progress: Progress = no_progress
    inspectors: tuple[Inspector, ...] = ()

    def remembered(self) -> Remembered:
        """What is known of layers; nothing, where files are left out at the user's wish: that is no fact of a layer."""
        return Remembered(None if self.skip_dirs or self.skip_files else self.cache, self.inspectors)


@dataclass(slots=True)
class Known:
    """What is known of each layer by now, and so of which parts its bytes must still be read for."""

    remembered: Remembered
    parts: dict[str, dict[str, Part]]

    def missing(self, diff_id: str) -> tuple[str, ...]:
        known = self.parts[diff_id]
        return tuple(name for name in self.remembered.parts() if name not in known)

    def whole(self, diff_id: str) -> LayerFacts:
        return whole(self.parts[diff_id], self.remembered.parts())


def read_layers(image: OpenImage, reading: LayerReading) -> list[LayerFacts]:
    """Facts of all layers of ``image``, lowest first. Raises ``DamagedLayer`` when bytes are not as declared."""
    remembered = reading.remembered()
    if image.root is not None:
        from .fresh_layers import read_directory

        known = Known(remembered, {"": {}})
        read_directory(image.root, reading, known)
        return [known.whole("")]
    layers = image.info.layers
    diff_ids = dict.fromkeys(layer.diff_id for layer in layers)
    known = Known(remembered, {diff_id: remembered.recall(diff_id) for diff_id in diff_ids})
    wanted = {layer.diff_id: layer for layer in layers if known.missing(layer.diff_id)}
    if wanted:
        from .fresh_layers import read_wanted

        read_wanted(image, wanted, reading, known)
    lost = [layer for layer in layers if known.missing(layer.diff_id)]
    if lost:
        raise Unscannable(
            f"layer {lost[0].index + 1}/{len(layers)} ({lost[0].diff_id}) is not in the image",
            where=image.info.reference,
            hint="save or pull the image again",
        )
    facts = {diff_id: known.whole(diff_id) for diff_id in known.parts}
    return [facts[layer.diff_id] for layer in layers]
