"""Layers' facts from their bytes: several layers at once, each in its own child process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.analyze import codec, runner
from scantling.analyze.dispatch import NO_ANALYZERS, Dispatcher, Skip, parse_skip
from scantling.layers import directory, tar
from scantling.layers.blob import LayerStream
from scantling.layers.entry import Entry
from scantling.model.coverage import Gap
from scantling.model.errors import DamagedLayer
from scantling.model.evidence import LayerEvidence
from scantling.model.facts import LayerFacts, LayerTree
from scantling.model.image import LayerRef

from . import workers
from .remembered import PACKAGES, encode, received

if TYPE_CHECKING:
    from scantling.layers.reader import Reader
    from scantling.source.open_image import OpenImage

    from .read_layers import Known, LayerReading


def read_wanted(image: OpenImage, wanted: dict[str, LayerRef], reading: LayerReading, known: Known) -> None:
    """Add to ``known`` what the bytes of ``wanted`` (by diffID) say. Raises ``DamagedLayer``."""
    state = _prepared(reading, known)
    reading.progress("layers", 0, len(wanted))
    fresh = _from_stream if image.sequential else _from_blobs
    for done, _ in enumerate(fresh(image, wanted, state), 1):
        reading.progress("layers", done, len(wanted))
    if reading.cache is not None:
        reading.cache.prune()


def _prepared(reading: LayerReading, known: Known) -> _Fresh:
    """What every reading needs, made before forking, so that the children share what it costs."""
    lacking = {name for diff_id in known.parts for name in known.missing(diff_id)}
    for inspector in reading.inspectors:
        if inspector.id in lacking:
            inspector.prepare()
    dispatcher = reading.dispatcher() if PACKAGES in lacking else NO_ANALYZERS
    return _Fresh(reading, known, dispatcher, parse_skip(reading.skip_dirs, reading.skip_files))


@dataclass(slots=True)
class _Fresh:
    """The readings of one image at work."""

    reading: LayerReading
    known: Known
    dispatcher: Dispatcher
    skip: Skip

    def missing(self, diff_id: str) -> tuple[str, ...]:
        return self.known.missing(diff_id)

    def inspect(self, entries: Iterator[Entry | Gap], missing: Sequence[str]) -> runner.Inspection:
        dispatcher = self.dispatcher if PACKAGES in missing else NO_ANALYZERS
        wanted = tuple(inspector for inspector in self.reading.inspectors if inspector.id in missing)
        return runner.inspect(entries, dispatcher, self.skip, _ticker(self.reading), wanted)

    def learn(self, diff_id: str, answer: bytes, missing: Sequence[str], where: str) -> None:
        parts = received(answer, missing)
        if parts is None:
            raise DamagedLayer("the layer worker's answer is damaged", where=where, hint="scan again")
        for name, (part, blob) in parts.items():
            self.known.parts[diff_id][name] = part
            self.known.remembered.keep(diff_id, part, blob)

    def lose(self, diff_id: str, name: str, died: workers.Died) -> None:
        """Every part that was still to be read is not known, and says so."""
        gap = Gap("worker-died", diff_id or "/", f"{name}: {died.reason}")
        for part in self.missing(diff_id):
            lost = LayerFacts(diff_id, 0, 0, LayerTree(), (), (gap,))
            self.known.parts[diff_id][part] = lost if part == PACKAGES else LayerEvidence(part, b"", (gap,))


def _from_blobs(image: OpenImage, wanted: dict[str, LayerRef], state: _Fresh) -> Iterator[None]:
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


def _from_stream(image: OpenImage, wanted: dict[str, LayerRef], state: _Fresh) -> Iterator[None]:
    """One child reads the whole stream, since a stream cannot be shared out. A layer's name in the stream does not say
    which diffID it has, so that each is read for whatever any of them lacks."""
    lacking = {name for diff_id in wanted for name in state.missing(diff_id)}
    missing = tuple(name for name in state.known.remembered.parts() if name in lacking)

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


def _streamed(image: OpenImage, name: str, blob: Reader, state: _Fresh, missing: Sequence[str]) -> LayerFacts:
    try:
        with LayerStream(blob, LayerRef(0, "", media_type=name)) as stream:
            found = state.inspect(tar.walk(stream), missing)
            diff_id, size = stream.finish()
    except DamagedLayer as error:
        raise DamagedLayer(error.what, where=f"{image.info.reference}: {name}", hint=error.hint) from error
    runner.declare_owed(found)
    return found.facts(diff_id, size)


def read_blob(image: OpenImage, layer: LayerRef, state: _Fresh, missing: Sequence[str]) -> LayerFacts:
    """One layer's facts from its bytes: digests checked in the same pass that inspects."""
    try:
        with image.open_layer(layer) as blob, LayerStream(blob, layer) as stream:
            found = state.inspect(tar.walk(stream), missing)
            diff_id, size = stream.finish()
        if found.owed:
            with image.open_layer(layer) as blob, LayerStream(blob, layer) as stream:
                runner.again(tar.walk(stream), state.dispatcher, found)
                stream.finish()
    except DamagedLayer as error:
        total = len(image.info.layers)
        where = f"layer {layer.index + 1}/{total}, {layer.digest or layer.diff_id}"
        raise DamagedLayer(error.what, where=where, hint=error.hint or "pull or save the image again") from error
    return found.facts(diff_id, size)


def read_directory(root: Path, reading: LayerReading, known: Known) -> None:
    """Add to ``known`` what lies below ``root``; it is never cached."""
    state = _prepared(reading, known)
    missing = state.missing("")

    def work(_: int) -> bytes:
        found = state.inspect(directory.walk(root), missing)
        runner.declare_owed(found)
        return encode(found.facts("", 0), missing)

    ((_, answer),) = workers.run(work, [0], 1, reading.deadline)
    if isinstance(answer, workers.Died):
        state.lose("", str(root), answer)
        return
    parts = received(answer, missing)
    if parts is None:
        raise DamagedLayer("the worker's answer is damaged", where=str(root), hint="scan again")
    known.parts[""] = {name: part for name, (part, _) in parts.items()}


def _ticker(reading: LayerReading) -> Callable[[], None]:
    def tick() -> None:
        if time.monotonic() > reading.deadline:
            raise workers.DeadlineError("the scan did not finish in time", hint="raise --timeout")

    return tick
