"""A layer's blob as the source stores it, decompressed and digested in the same pass.

What the first bytes say decides, not the media type: media types lie, magic numbers are what decompresses. Large blobs
are decompressed by one thread and hashed by another (igzip, zstd and SHA release the interpreter lock), a few chunks
ahead of the walk.
"""

from __future__ import annotations

import hashlib
import queue
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from scantling.guard.limits import BLOB_BYTES, EXPANDED_BYTES, MIB, RATIO_AFTER, RATIO_MAX
from scantling.model.errors import DamagedLayer
from scantling.model.image import LayerRef

from . import decompress
from .reader import Reader

_QUEUED = 4  # chunks of at most 1 MiB between the decompressor and the walk
_UNHASHED = 8  # such chunks that may wait for their digest
_ALGORITHMS = {"sha256": 64, "sha512": 128}
_HINT = "pull or save the image again; if it repeats, the stored copy is damaged"


class LayerStream:
    """The uncompressed bytes of ``blob``; a ``Reader`` and a context manager.

    ``read`` raises ``DamagedLayer`` for a damaged, truncated, oversized or unsupported blob, and whatever the source
    itself raises. Nothing is verified before ``finish`` has returned.
    """

    def __init__(self, blob: Reader, layer: LayerRef) -> None:
        self._where = f"layer {layer.index + 1}" + (f", {layer.digest[:19]}..." if layer.digest else "")
        self._layer = layer
        self._blob = _Intake(blob, layer, self._where)
        self._plain = _hasher(layer.diff_id, self._where)
        self._size = 0
        self._chunks: Iterator[bytes] | None = None
        self._pump: _Pump | None = None
        self._hashing: _Hashing | None = None
        self._chunk = b""
        self._position = 0

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; ``b""`` at the end."""
        while self._position >= len(self._chunk):
            chunk = self._next()
            if not chunk:
                return b""
            self._chunk, self._position = chunk, 0
        if not self._position and size >= len(self._chunk):
            self._position = len(self._chunk)
            return self._chunk
        piece = self._chunk[self._position : self._position + size]
        self._position += len(piece)
        return piece

    def finish(self) -> tuple[str, int]:
        """Read to the end and compare with what the image declares.

        Returns the diffID found and the uncompressed size. Raises ``DamagedLayer`` naming both sides of a difference.
        """
        while self._next():
            pass
        if self._hashing is not None:
            self._hashing.end()
        self.close()
        layer, intake = self._layer, self._blob
        if layer.size >= 0 and intake.size != layer.size:
            raise self._damage(f"the blob has {intake.size} bytes, {layer.size} were declared")
        if layer.digest and (found := intake.digest()) != layer.digest:
            raise self._damage(f"the blob's digest is {found}, {layer.digest} was declared")
        diff_id = f"{self._plain.name}:{self._plain.hexdigest()}"
        if layer.diff_id and diff_id != layer.diff_id:
            raise self._damage(f"the uncompressed digest (diffID) is {diff_id}, {layer.diff_id} was declared")
        return diff_id, self._size

    def close(self) -> None:
        """Stop decompressing. Safe to call at any time, any number of times."""
        if self._pump is not None:
            self._pump.stop()
        elif self._chunks is None:
            self._chunks = iter(())
        if self._hashing is not None:
            self._hashing.discard()

    def __enter__(self) -> LayerStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_pump", None) is not None and not sys.is_finalizing():  # threads stand still by then
            self.close()

    def _next(self) -> bytes:
        if self._pump is None:
            if self._chunks is None:
                is_long = self._blob.is_long()
                if (whole := self._blob.shared_hash(self._plain.name)) is not None:
                    self._plain = whole
                elif is_long:
                    self._plain = self._hashing = _Hashing(self._plain)
                plain = None if whole is not None else self._plain
                self._chunks = _expand(self._blob, plain, self._where)
                if is_long:
                    self._pump = _Pump(self._chunks)
                    return self._next()
            chunk = next(self._chunks, b"")
        else:
            chunk = self._pump.get()
        self._size += len(chunk)
        return chunk

    def _damage(self, what: str) -> DamagedLayer:
        return DamagedLayer(what, where=self._where, hint=_HINT)


class _Intake:
    """The blob's own bytes, counted and hashed on their way in."""

    def __init__(self, blob: Reader, layer: LayerRef, where: str) -> None:
        self._blob = blob
        self._where = where
        self._most = min(BLOB_BYTES, layer.size) if layer.size >= 0 else BLOB_BYTES
        self._hash = _hasher(layer.digest, where) if layer.digest else None
        self._held = bytearray()
        self._taken = 0
        self._ended = False
        self.size = 0

    def is_long(self) -> bool:
        """Whether there is more of it than is worth doing without a thread."""
        self._hold(MIB)
        return not self._ended

    def peek(self, size: int) -> bytes:
        self._hold(size)
        return bytes(self._held[:size])

    def read(self, size: int, /) -> bytes:
        if self._held:
            piece = bytes(self._held[:size])
            del self._held[:size]
        else:
            piece = self._read(size)
        self._taken += len(piece)
        return piece

    def shared_hash(self, algorithm: str) -> Any:
        """The blob's own running hash where its bytes are the layer's as they stand and ``algorithm`` is the same;
        None elsewhere: an uncompressed layer need not be hashed twice."""
        if self._hash is None or self._hash.name != algorithm or not decompress.is_plain(self):
            return None
        return self._hash

    @property
    def taken(self) -> int:
        """Bytes handed to the decompressor."""
        return self._taken

    def digest(self) -> str:
        return f"{self._hash.name}:{self._hash.hexdigest()}" if self._hash is not None else ""

    def _hold(self, size: int) -> None:
        while len(self._held) < size and not self._ended:
            self._held += self._read(64 * 1024)

    def _read(self, size: int) -> bytes:
        if self._ended:
            return b""
        piece = self._blob.read(size)
        if not piece:
            self._ended = True
        self.size += len(piece)
        if self.size > self._most:
            what = f"the blob is longer than {self._most} bytes"
            raise DamagedLayer(what, where=self._where, hint=_HINT)
        if self._hash is not None:
            self._hash.update(piece)
        return piece


def _expand(intake: _Intake, plain: Any, where: str) -> Iterator[bytes]:
    """Chunks of uncompressed bytes, hashed into ``plain`` (None: they are hashed already), with the limits on
    expansion."""
    total = 0
    for chunk in decompress.chunks(intake, where):
        total += len(chunk)
        if total > RATIO_AFTER and total > RATIO_MAX * intake.taken:
            what = f"looks like a decompression bomb: more than {RATIO_MAX} times larger than its compressed form"
            raise DamagedLayer(what, where=where, hint="nobody's layer looks like this by accident; do not run it")
        if total > EXPANDED_BYTES:
            raise DamagedLayer(f"expands to more than {EXPANDED_BYTES} bytes", where=where)
        if plain is not None:
            plain.update(chunk)
        yield chunk


def _hasher(declared: str, where: str) -> Any:
    algorithm, _, value = (declared or "sha256:").partition(":")
    if algorithm not in _ALGORITHMS:
        raise DamagedLayer(f"the digest algorithm {algorithm[:32]!r} is not supported", where=where)
    if declared and (len(value) != _ALGORITHMS[algorithm] or not set(value) <= set("0123456789abcdef")):
        raise DamagedLayer(f"{declared[:160]!r} is not a digest", where=where)
    return hashlib.new(algorithm)


class _Hashing:
    """A hash that a thread of its own brings up to date, at most ``_UNHASHED`` chunks behind."""

    def __init__(self, hash_: Any) -> None:
        self.name: str = hash_.name
        self._hash = hash_
        self._queue: queue.Queue[bytes] = queue.Queue(_UNHASHED)
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def update(self, chunk: bytes) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="scantling-digest", daemon=True)
            self._thread.start()
        self._queue.put(chunk)

    def end(self) -> None:
        """Digest what is waiting, and end the thread. Call when nothing more will come."""
        if self._thread is not None:
            self._queue.put(b"")
            self._thread.join()
            self._thread = None
        if self._error is not None:
            raise self._error

    def discard(self) -> None:
        """End the thread; the digest is of no use to anyone. Call when nothing puts any more."""
        if self._thread is not None:
            _drain(self._queue)
            self._queue.put(b"")
            self._thread.join()
            self._thread = None

    def hexdigest(self) -> str:
        digest: str = self._hash.hexdigest()
        return digest

    def _run(self) -> None:
        update, get = self._hash.update, self._queue.get
        try:
            while chunk := get():
                update(chunk)
        except BaseException as error:  # out of memory: raised where the digest is asked for
            self._error = error
            while get():  # or whoever puts the next chunk waits for ever
                pass


class _Pump:
    """A thread that runs an iterator ahead, bounded; holds no reference to the stream, so that the stream can die."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._queue: queue.Queue[bytes | BaseException] = queue.Queue(_QUEUED)
        self._stopped = threading.Event()
        self._ended = False
        self._thread = threading.Thread(
            target=_run, args=(chunks, self._queue, self._stopped), name="scantling-layer", daemon=True
        )
        self._thread.start()

    def get(self) -> bytes:
        if self._ended:
            return b""
        item = self._queue.get()
        if isinstance(item, BaseException):
            self._ended = True
            self._thread.join()
            raise item
        if not item:
            self._ended = True
            self._thread.join()
        return item

    def stop(self) -> None:
        self._stopped.set()
        self._ended = True
        _drain(self._queue)
        if threading.current_thread() is not self._thread:
            self._thread.join(5)  # a source stuck in a read has its own timeout, and the thread is a daemon


def _drain(waiting: queue.Queue[Any]) -> None:
    while True:
        try:
            waiting.get_nowait()
        except queue.Empty:
            return


def _run(chunks: Iterator[bytes], out: queue.Queue[bytes | BaseException], stopped: threading.Event) -> None:
    last: bytes | BaseException = b""
    try:
        for chunk in chunks:
            if not _put(out, chunk, stopped):
                return
    except BaseException as error:  # raised again where the bytes are asked for
        last = error
    _put(out, last, stopped)


def _put(out: queue.Queue[bytes | BaseException], item: bytes | BaseException, stopped: threading.Event) -> bool:
    while not stopped.is_set():
        try:
            out.put(item, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False
