"""Every layer's facts, from the cache or from its bytes; several layers at once, each in its own child process."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.analyze import codec, runner
from scantling.analyze.dispatch import NOTHING_SKIPPED, Dispatcher, Skip
from scantling.guard import limits
from scantling.layers import directory, tar
from scantling.layers.blob import LayerStream
from scantling.model.coverage import Gap
from scantling.model.errors import DamagedLayer, Unscannable
from scantling.model.facts import LayerFacts, LayerTree
from scantling.model.image import LayerRef
from scantling.store.cache import LayerCache

from . import workers
from .options import Progress, no_progress

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


def read_layers(image: OpenImage, reading: LayerReading) -> list[LayerFacts]:
    """Facts of all layers of ``image``, lowest first. Raises ``DamagedLayer`` when bytes are not as declared."""
    if image.root is not None:
        return [_read_directory(image.root, reading)]
    layers = image.info.layers
    known: dict[str, LayerFacts] = {}
    for layer in layers:
        if layer.diff_id not in known and (facts := _cached(layer.diff_id, reading)) is not None:
            known[layer.diff_id] = facts
    missing = {layer.diff_id: layer for layer in layers if layer.diff_id not in known}
    total = len(missing)
    if total:
        reading.progress("layers", 0, total)
        fresh = _from_stream if image.sequential else _from_blobs
        for done, facts in enumerate(fresh(image, missing, reading), 1):
            known[facts.diff_id] = facts
            reading.progress("layers", done, total)
        if reading.cache is not None:
            reading.cache.prune()
    lost = [layer for layer in layers if layer.diff_id not in known]
    if lost:
        raise Unscannable(
            f"layer {lost[0].index + 1}/{len(layers)} ({lost[0].diff_id}) is not in the image",
            where=image.info.reference,
            hint="save or pull the image again",
        )
    return [known[layer.diff_id] for layer in layers]


def _cached(diff_id: str, reading: LayerReading) -> LayerFacts | None:
    if reading.cache is None or reading.skip:
        return None
    blob = reading.cache.get(diff_id)
    return None if blob is None else codec.decode(blob, limits.DATABASE_FILE_BYTES)


def _keep(facts: LayerFacts, blob: bytes, reading: LayerReading) -> None:
    # what was left out at the user's wish is not a fact of the layer
    whole = not any(gap.what == runner.OUT_OF_MEMORY for gap in facts.gaps)
    if reading.cache is not None and not reading.skip and whole:
        reading.cache.put(facts.diff_id, blob)


def _from_blobs(image: OpenImage, missing: dict[str, LayerRef], reading: LayerReading) -> Iterator[LayerFacts]:
    order = sorted(missing.values(), key=lambda layer: (-layer.size, layer.index))
    by_index = {layer.index: layer for layer in order}
    count = min(reading.workers or os.cpu_count() or 1, len(order))

    def work(index: int) -> bytes:
        return codec.encode(read_blob(image, by_index[index], reading))

    for index, answer in workers.run(work, [layer.index for layer in order], count, reading.deadline):
        layer = by_index[index]
        if isinstance(answer, workers.Died):
            yield _unread(layer.diff_id, f"layer {index + 1}", answer)
            continue
        facts = _decoded(answer, layer.diff_id)
        _keep(facts, answer, reading)
        yield facts


def _from_stream(image: OpenImage, missing: dict[str, LayerRef], reading: LayerReading) -> Iterator[LayerFacts]:
    """One child reads the whole stream, since a stream cannot be shared out."""

    def work(_: int) -> bytes:
        wanted = set(missing)
        blobs: list[bytes] = []
        for name, blob in image.stream_layers():
            facts = _streamed(image, name, blob, reading)
            if facts.diff_id in wanted:
                wanted.remove(facts.diff_id)
                blobs.append(codec.encode(facts))
            if not wanted:
                break
        return b"".join(struct.pack("<Q", len(blob)) + blob for blob in blobs)

    ((_, answer),) = workers.run(work, [0], 1, reading.deadline)
    if isinstance(answer, workers.Died):
        for layer in missing.values():
            yield _unread(layer.diff_id, f"layer {layer.index + 1}", answer)
        return
    at = 0
    while at < len(answer):
        (length,) = struct.unpack_from("<Q", answer, at)
        blob = answer[at + 8 : at + 8 + length]
        at += 8 + length
        facts = _decoded(blob, image.info.reference)
        _keep(facts, blob, reading)
        yield facts


def _streamed(image: OpenImage, name: str, blob: Reader, reading: LayerReading) -> LayerFacts:
    try:
        with LayerStream(blob, LayerRef(0, "", media_type=name)) as stream:
            found = runner.inspect(tar.walk(stream), reading.dispatcher, reading.skip, _ticker(reading))
            diff_id, size = stream.finish()
    except DamagedLayer as error:
        raise DamagedLayer(error.what, where=f"{image.info.reference}: {name}", hint=error.hint) from error
    runner.declare_owed(found)
    return found.facts(diff_id, size)


def read_blob(image: OpenImage, layer: LayerRef, reading: LayerReading) -> LayerFacts:
    """One layer's facts from its bytes: digests checked in the same pass that inspects."""
    try:
        with image.open_layer(layer) as blob, LayerStream(blob, layer) as stream:
            found = runner.inspect(tar.walk(stream), reading.dispatcher, reading.skip, _ticker(reading))
            diff_id, size = stream.finish()
        if found.owed:
            with image.open_layer(layer) as blob, LayerStream(blob, layer) as stream:
                runner.again(tar.walk(stream), reading.dispatcher, found)
                stream.finish()
    except DamagedLayer as error:
        total = len(image.info.layers)
        where = f"layer {layer.index + 1}/{total}, {layer.digest or layer.diff_id}"
        raise DamagedLayer(error.what, where=where, hint=error.hint or "pull or save the image again") from error
    return found.facts(diff_id, size)


def _read_directory(root: Path, reading: LayerReading) -> LayerFacts:
    def work(_: int) -> bytes:
        found = runner.inspect(directory.walk(root), reading.dispatcher, reading.skip, _ticker(reading))
        runner.declare_owed(found)
        return codec.encode(found.facts("", 0))

    ((_, answer),) = workers.run(work, [0], 1, reading.deadline)
    if isinstance(answer, workers.Died):
        return _unread("", str(root), answer)
    return _decoded(answer, str(root))


def _unread(diff_id: str, name: str, died: workers.Died) -> LayerFacts:
    gap = Gap("worker-died", diff_id or "/", f"{name}: {died.reason}")
    return LayerFacts(diff_id, 0, 0, LayerTree(), (), (gap,))


def _decoded(answer: bytes, where: str) -> LayerFacts:
    facts = codec.decode(answer, limits.DATABASE_FILE_BYTES)
    if facts is None:
        raise DamagedLayer("the layer worker's answer is damaged", where=where, hint="scan again")
    return facts


def _ticker(reading: LayerReading) -> Callable[[], None]:
    def tick() -> None:
        if time.monotonic() > reading.deadline:
            raise workers.DeadlineError("the scan did not finish in time", hint="raise --timeout")

    return tick
