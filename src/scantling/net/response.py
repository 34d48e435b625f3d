"""An answer whose body is read piece by piece, and never beyond what the caller says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from scantling.model.errors import Unscannable

if TYPE_CHECKING:
    import httpcore

_PIECE = 64 * 1024


class Headers(Mapping[str, str]):
    """Header fields; names in any case. Of a repeated field, ``[]`` gives the first, ``all`` every one."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in raw:
            self._fields.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self._fields.get(name.lower(), ()))


class Response:
    """``url`` is where the answer came from in the end. A ``Reader``: ``read`` gives b"" only at the end and raises
    ``ConnectionFailed`` when the connection breaks before it. Use as a context manager, or ``close`` it."""

    def __init__(self, raw: httpcore.Response, url: str, translate: Callable[[Exception], Unscannable]) -> None:
        self.status: int = raw.status
        self.headers = Headers(raw.headers)
        self.url = url
        self._raw = raw
        self._pieces: Iterator[bytes] = raw.iter_stream()
        self._translate = translate
        self._rest = b""
        self._at = 0  # what of _rest is given out: slicing it anew for small reads would be quadratic
        self._closed = False

    def read(self, size: int = _PIECE, /) -> bytes:
        """At most ``size`` bytes of the body as sent (content codings are not undone)."""
        import httpcore

        while self._at >= len(self._rest):
            try:
                piece = next(self._pieces, None)
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise self._translate(error) from error
            if piece is None:
                return b""
            self._rest, self._at = bytes(piece), 0
        if self._at == 0 and len(self._rest) <= size:
            self._at = len(self._rest)
            return self._rest
        data = self._rest[self._at : self._at + size]
        self._at += len(data)
        return data

    def body(self, max_bytes: int) -> bytes:
        """The whole body. Raises ``Unscannable`` when it is longer than ``max_bytes``. Closes the response."""
        with self:
            data = bytearray()
            while piece := self.read():
                data += piece
                if len(data) > max_bytes:
                    raise Unscannable(f"the answer is longer than {max_bytes} bytes", where=self.shown)
            return bytes(data)

    def discard(self) -> None:
        """Close, keeping the connection for the next request when little of the body is left."""
        try:
            length = int(self.headers.get("content-length", "0") or "0") if "chunked" not in self._coding else 0
            if length <= _PIECE:
                left = _PIECE
                while left > 0 and (piece := self.read()):
                    left -= len(piece)
        except (ValueError, Unscannable):
            pass  # only the connection is lost
        finally:
            self.close()

    @property
    def shown(self) -> str:
        """The URL for messages: without its query."""
        return self.url.split("?", 1)[0]

    @property
    def _coding(self) -> str:
        return self.headers.get("transfer-encoding", "").lower()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
