"""gzip (RFC 1952), zstd (RFC 8878) or plain, by magic number: compressed bytes in, bounded chunks out.

Every format is read to its proper end: a cut stream, a wrong checksum or trailing junk is ``DamagedLayer``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from scantling.guard.limits import GZIP_HEADER_BYTES, MIB, ZSTD_WINDOW
from scantling.model.errors import DamagedLayer

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_UNSUPPORTED = ((b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x1f\x9d", "compress"), (b"\x04\x22\x4d\x18", "lz4"))
_PIECE = 256 * 1024  # each piece costs a change of threads, and much larger ones leave the processor's cache
_HINT = "pull or save the image again; if it repeats, the stored copy is damaged"


class Source(Protocol):
    """A ``Reader`` whose first bytes can be looked at."""

    def read(self, size: int, /) -> bytes: ...
    def peek(self, size: int) -> bytes: ...


def chunks(source: Source, where: str) -> Iterator[bytes]:
    """The uncompressed bytes, in non-empty chunks of about 1 MiB."""
    magic = source.peek(8)
    if magic.startswith(_GZIP):
        return _gzip(source, where)
    if magic.startswith(_ZSTD) or _is_skippable(magic):
        return _zstd(source, where)
    for start, name in _UNSUPPORTED:
        if magic.startswith(start):
            hint = "image layers are gzip, zstd or uncompressed tar archives"
            raise DamagedLayer(f"unsupported compression: {name}", where=where, hint=hint)
    return _plain(source)


def is_plain(source: Source) -> bool:
    """Whether the bytes are the layer's own."""
    magic = source.peek(8)
    return not magic.startswith((_GZIP, _ZSTD, *(start for start, _ in _UNSUPPORTED))) and not _is_skippable(magic)


def _plain(source: Source) -> Iterator[bytes]:
    while piece := source.read(MIB):
        yield piece


def _gzip(source: Source, where: str) -> Iterator[bytes]:
    from isal import igzip_lib

    damaged: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # its stub says instance, not class
    rest = b""
    while True:  # one turn a member
        decoder = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        silent = 0
        while not decoder.eof:
            if decoder.needs_input:
                piece, rest = rest or source.read(_PIECE), b""
                if not piece:
                    raise _damage("the gzip stream ends early", where)
            else:
                piece = b""
            try:
                out = decoder.decompress(piece, MIB)
            except (damaged, EOFError, ValueError) as error:
                raise _damage(f"the gzip stream is damaged: {error}", where) from None
            if out:
                silent = -(1 << 62)
                yield out
            else:
                silent += len(piece)
                if silent > GZIP_HEADER_BYTES + _PIECE:
                    raise _damage(f"a gzip header longer than {GZIP_HEADER_BYTES} bytes", where)
        rest = decoder.unused_data
        while len(rest) < 2 and (piece := source.read(_PIECE)):
            rest += piece
        if not rest:
            return
        if not rest.startswith(_GZIP):
            while rest:
                if rest.count(0) != len(rest):
                    raise _damage("there is junk after the gzip stream", where)
                rest = source.read(_PIECE)
            return


def _zstd(source: Source, where: str) -> Iterator[bytes]:
    """Frame by frame and block by block: a block expands to 128 KiB at most, and a cut stream cannot pass for whole
    (the library's own reader gives what it has and says nothing)."""
    import zstandard

    stream = _Pieces(source, where)
    context = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    while magic := stream.start():
        if _is_skippable(magic):
            stream.skip(int.from_bytes(stream.take(4), "little"))
            continue
        if magic != _ZSTD:
            raise _damage("there is junk after the zstd frames", where)
        header, has_checksum = _zstd_header(stream, where)
        decoder = context.decompressobj()
        gathered: list[bytes] = []
        size = 0
        try:
            decoder.decompress(magic + header)
            last = False
            while not last:
                block = stream.take(3)
                bits = int.from_bytes(block, "little")
                last, kind, length = bool(bits & 1), bits >> 1 & 3, bits >> 3
                if kind == 3 or (length > 128 * 1024):
                    raise _damage("the zstd stream is damaged: an impossible block", where)
                body = stream.take(1 if kind == 1 else length)
                if last and has_checksum:
                    body += stream.take(4)
                out = decoder.decompress(block + body)
                if out:
                    gathered.append(out)
                    size += len(out)
                    if size >= MIB:
                        yield b"".join(gathered)
                        gathered, size = [], 0
        except zstandard.ZstdError as error:
            raise _damage(f"the zstd stream is damaged: {error}", where) from None
        if not decoder.eof:
            raise _damage("the zstd stream ends early", where)
        if gathered:
            yield b"".join(gathered)


def _zstd_header(stream: _Pieces, where: str) -> tuple[bytes, bool]:
    """The rest of a frame's header (RFC 8878, 3.1.1.1), and whether a checksum closes the frame."""
    descriptor = stream.take(1)
    bits = descriptor[0]
    single = bool(bits & 0x20)
    window = b"" if single else stream.take(1)
    dictionary = stream.take((0, 1, 2, 4)[bits & 3])
    content = stream.take((1 if single else 0, 2, 4, 8)[bits >> 6])
    if any(dictionary):
        raise _damage("the zstd stream needs a dictionary", where)
    if single:
        needed = int.from_bytes(content, "little") + (256 if len(content) == 2 else 0)
    else:
        base = 1 << (10 + (window[0] >> 3))
        needed = base + (base >> 3) * (window[0] & 7)
    if needed > ZSTD_WINDOW:
        raise _damage(f"the zstd stream needs a window of {needed} bytes, more than {ZSTD_WINDOW}", where)
    return descriptor + window + dictionary + content, bool(bits & 4)


class _Pieces:
    """Exact pieces out of a source that gives what it likes."""

    def __init__(self, source: Source, where: str) -> None:
        self._source = source
        self._where = where
        self._buffer = b""
        self._position = 0

    def start(self) -> bytes:
        """The next four bytes, or b"" at the clean end."""
        if self._position >= len(self._buffer):
            self._buffer, self._position = self._source.read(_PIECE), 0
        return self.take(4) if self._buffer else b""

    def take(self, size: int) -> bytes:
        piece = self._buffer[self._position : self._position + size]
        self._position += len(piece)
        while len(piece) < size:
            self._buffer = self._source.read(_PIECE)
            if not self._buffer:
                raise _damage("the zstd stream ends early", self._where)
            self._position = min(size - len(piece), len(self._buffer))
            piece += self._buffer[: self._position]
        return piece

    def skip(self, size: int) -> None:
        while size:
            size -= len(self.take(min(size, _PIECE)))


def _is_skippable(magic: bytes) -> bool:
    return len(magic) >= 4 and magic[1:4] == b"\x2a\x4d\x18" and magic[0] & 0xF0 == 0x50


def _damage(what: str, where: str) -> DamagedLayer:
    return DamagedLayer(what, where=where, hint=_HINT)
