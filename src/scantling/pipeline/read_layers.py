"""Every layer's facts, from the cache or from its bytes; several layers at once, each in its own child process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.analyze import codec, runner
from scantling.analyze.dispatch import NO_ANALYZERS, NOTHING_SKIPPED, Dispatcher, Skip
from scantling.analyze.inspector import Inspector
from scantling.layers import directory, tar
from scantling.layers.blob import LayerStream
from scantling.layers.entry import Entry
from scantling.model.coverage import Gap
from scantling.model.errors import DamagedLayer, Unscannable
from scantling.model.evidence import LayerEvidence
from scantling.model.facts import LayerFacts, LayerTree
from scantling.model.image import LayerRef
from scantling.store.cache import LayerCache

from . import workers
from .options import Progress, no_progress
from .remembered import PACKAGES, Part, Remembered, encode, received, whole

if TYPE_CHECKING:
    from scantling.layers.reader import Reader
    from scantling.source.open_image import OpenImage


@dataclass(frozen=True, slots=True)
class LayerReading:
    """How layers are to be read. ``cache`` is None when caching is off; ``deadline`` is on ``time.monotonic``."""

    dispatcher: Dispatcher
    cache: LayerCache | None
    deadline: float
    skip: Skip = NOTHING_SKIPPED
    workers: int = 0
    progress: Progress = no_progress
    inspectors: tuple[Inspector, ...] = ()

    def remembered(self) -> Remembered:
        """What is known of layers; nothing, where files are left out at the user's wish: that is no fact of a layer."""
        return Remembered(None if self.skip else self.cache, self.inspectors)


@dataclass(slots=True)
class _Layers:
    """What is known of each layer by now, and of which parts its bytes must still be read for."""

    reading: LayerReading
    remembered: Remembered
    known: dict[str, dict[str, Part]]

    def missing(self, diff_id: str) -> tuple[str, ...]:
        known = self.known[diff_id]
        return tuple(name for name in self.remembered.parts() if name not in known)

    def inspect(self, entries: Iterator[Entry | Gap], missing: Sequence[str]) -> runner.Inspection:
        dispatcher = self.reading.dispatcher if PACKAGES in missing else NO_ANALYZERS
        wanted = tuple(inspector for inspector in self.reading.inspectors if inspector.id in missing)
        return runner.inspect(entries, dispatcher, self.reading.skip, _ticker(self.reading), wanted)

    def learn(self, diff_id: str, answer: bytes, missing: Sequence[str], where: str) -> None:
        parts = received(answer, missing)
        if parts is None:
            raise DamagedLayer("the layer worker's answer is damaged", where=where, hint="scan again")
        for name, (part, blob) in parts.items():
            self.known[diff_id][name] = part
            self.remembered.keep(diff_id, part, blob)

    def lose(self, diff_id: str, name: str, died: workers.Died) -> None:
        """Every part that was still to be read is not known, and says so."""
        gap = Gap("worker-died", diff_id or "/", f"{name}: {died.reason}")
        for part in self.missing(diff_id):
            lost = LayerFacts(diff_id, 0, 0, LayerTree(), (), (gap,))
            self.known[diff_id][part] = lost if part == PACKAGES else LayerEvidence(part, b"", (gap,))

    def whole(self, diff_id: str) -> LayerFacts:
        return whole(self.known[diff_id], self.remembered.parts())


def read_layers(image: OpenImage, reading: LayerReading) -> list[LayerFacts]:
    """Facts of all layers of ``image``, lowest first. Raises ``DamagedLayer`` when bytes are not as declared."""
    remembered = reading.remembered()
    if image.root is not None:
        return [_read_directory(image.root, _Layers(reading, remembered, {"": {}}))]
    layers = image.info.layers
    state = _Layers(reading, remembered, {diff_id: remembered.recall(diff_id) for diff_id in _diff_ids(layers)})
    wanted = {layer.diff_id: layer for layer in layers if state.missing(layer.diff_id)}
    if wanted:
        reading.progress("layers", 0, len(wanted))
        fresh = _from_stream if image.sequential else _from_blobs
        for done, _ in enumerate(fresh(image, wanted, state), 1):
            reading.progress("layers", done, len(wanted))
        if reading.cache is not None:
            reading.cache.prune()
    lost = [layer for layer in layers if state.missing(layer.diff_id)]
    if lost:
        raise Unscannable(
            f"layer {lost[0].index + 1}/{len(layers)} ({lost[0].diff_id}) is not in the image",
            where=image.info.reference,
            hint="save or pull the image again",
        )
    facts = {diff_id: state.whole(diff_id) for diff_id in state.known}
    return [facts[layer.diff_id] for layer in layers]


def _diff_ids(layers: Sequence[LayerRef]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(layer.diff_id for layer in layers))


def _from_blobs(image: OpenImage, wanted: dict[str, LayerRef], state: _Layers) -> Iterator[None]:
    order = sorted(wanted.values(), key=lambda layer: (-layer.size, layer.index))
    by_index = {layer.index: layer for layer in order}
    count = min(state.reading.workers or os.cpu_count() or 1, len(order))

    def work(index: int) -> bytes:
        layer = by_index[index]
        missing = state.missing(layer.diff_id)
        return encode(read_blob(image, layer, state, missing), missing)

    for index, answer in workers.run(work, [layer.index for layer in order], count, state.reading.deadline):
        diff_id = by_index[index].diff_id
        if isinstance(answer, workers.Died):
            state.lose(diff_id, f"layer {index + 1}", answer)
        else:
            state.learn(diff_id, answer, state.missing(diff_id), diff_id)
        yield


def _from_stream(image: OpenImage, wanted: dict[str, LayerRef], state: _Layers) -> Iterator[None]:
    """One child reads the whole stream, since a stream cannot be shared out. A layer's name in the stream does not say
    which diffID it has, so that each is read for whatever any of them lacks."""
    lacking = {name for diff_id in wanted for name in state.missing(diff_id)}
    missing = tuple(name for name in state.remembered.parts() if name in lacking)

    def work(_: int) -> bytes:
        left = set(wanted)
        answers: list[bytes] = []
        for name, blob in image.stream_layers():
            facts = _streamed(image, name, blob, state, missing)
            if facts.diff_id in left:
                left.remove(facts.diff_id)
                answers += [facts.diff_id.encode(), encode(facts, missing)]
            if not left:
                break
        return codec.join(answers)

    ((_, answer),) = workers.run(work, [0], 1, state.reading.deadline)
    if isinstance(answer, workers.Died):
        for layer in wanted.values():
            state.lose(layer.diff_id, f"layer {layer.index + 1}", answer)
        return
    parts = codec.split(answer)
    for diff_id, joined in zip(parts[::2], parts[1::2], strict=True):
        state.learn(diff_id.decode(), joined, missing, image.info.reference)
        yield


def _streamed(image: OpenImage, name: str, blob: Reader, state: _Layers, missing: Sequence[str]) -> LayerFacts:
    try:
        with LayerStream(blob, LayerRef(0, "", media_type=name)) as stream:
            found = state.inspect(tar.walk(stream), missing)
            diff_id, size = stream.finish()
    except DamagedLayer as error:
        raise DamagedLayer(error.what, where=f"{image.info.reference}: {name}", hint=error.hint) from error
    runner.declare_owed(found)
    return found.facts(diff_id, size)


def read_blob(image: OpenImage, layer: LayerRef, state: _Layers, missing: Sequence[str]) -> LayerFacts:
    """One layer's facts from its bytes: digests checked in the same pass that inspects."""
    try:
        with image.open_layer(layer) as blob, LayerStream(blob, layer) as stream:
            found = state.inspect(tar.walk(stream), missing)
            diff_id, size = stream.finish()
        if found.owed:
            with image.open_layer(layer) as blob, LayerStream(blob, layer) as stream:
                runner.again(tar.walk(stream), state.reading.dispatcher, found)
                stream.finish()
    except DamagedLayer as error:
        total = len(image.info.layers)
        where = f"layer {layer.index + 1}/{total}, {layer.digest or layer.diff_id}"
        raise DamagedLayer(error.what, where=where, hint=error.hint or "pull or save the image again") from error
    return found.facts(diff_id, size)


def _read_directory(root: Path, state: _Layers) -> LayerFacts:
    missing = state.missing("")

    def work(_: int) -> bytes:
        found = state.inspect(directory.walk(root), missing)
        runner.declare_owed(found)
        return encode(found.facts("", 0), missing)

    ((_, answer),) = workers.run(work, [0], 1, state.reading.deadline)
    if isinstance(answer, workers.Died):
        state.lose("", str(root), answer)
    else:
        parts = received(answer, missing)
        if parts is None:
            raise DamagedLayer("the worker's answer is damaged", where=str(root), hint="scan again")
        state.known[""] = {name: part for name, (part, _) in parts.items()}
    return state.whole("")


def _ticker(reading: LayerReading) -> Callable[[], None]:
    def tick() -> None:
        if time.monotonic() > reading.deadline:
            raise workers.DeadlineError("the scan did not finish in time", hint="raise --timeout")

    return tick
