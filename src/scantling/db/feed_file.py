"""A feed's file on disk, opened decompressed: what it is compressed with is read from its first bytes, not its name."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO, cast

from scantling.guard import limits
from scantling.model.errors import Malformed

_BUFFER = 256 * 1024


def open_feed(path: Path, max_expanded: int = limits.FEED_EXPANDED_BYTES) -> BinaryIO:
    """``path``'s content. Raises ``Malformed`` when it is no regular file or too long, and while it is read when it is
    damaged or expands beyond ``max_expanded``; ``OSError`` when it cannot be opened."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    raw: Any = open(descriptor, "rb", buffering=_BUFFER)  # noqa: PTH123, SIM115 - the caller closes it
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Malformed("not a regular file", where=str(path))
        if status.st_size > limits.FEED_BYTES:
            raise Malformed(f"longer than {limits.FEED_BYTES} bytes", where=str(path))
        head = raw.peek(6)[:6]
        if head.startswith(b"PK"):
            return cast(BinaryIO, raw)
        return cast(BinaryIO, io.BufferedReader(_Expanding(_decompressor(raw, head), max_expanded), _BUFFER))
    except BaseException:
        raw.close()
        raise


def _decompressor(raw: Any, head: bytes) -> Any:
    if head.startswith(b"\x1f\x8b"):
        import gzip

        return gzip.GzipFile(fileobj=raw)
    if head.startswith(b"\xfd7zXZ\0"):
        import lzma

        return lzma.LZMAFile(raw)
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        import zstandard

        context = zstandard.ZstdDecompressor(max_window_size=limits.ZSTD_WINDOW)
        return context.stream_reader(raw, read_across_frames=True)
    if head.startswith(b"BZh"):
        import bz2

        return bz2.BZ2File(raw)
    return raw


class _Expanding(io.RawIOBase):
    """Counts what comes out, and names damage as what it is."""

    def __init__(self, stream: Any, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def readinto(self, buffer: Any) -> int:
        import lzma
        import zlib

        import zstandard

        try:
            data = self._stream.read(len(buffer))
            if self._stream.tell() > self._max_bytes:
                raise Malformed(f"expands beyond {self._max_bytes} bytes")
        except (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError) as error:
            raise Malformed(f"damaged or cut short: {error}") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise Malformed(f"damaged: {error}") from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
