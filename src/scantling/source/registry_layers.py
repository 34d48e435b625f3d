"""A layer's blob from a registry, taken up again where the connection broke (RFC 9110, 14: ranges)."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from scantling.guard import limits
from scantling.model.errors import DamagedLayer
from scantling.net.client import ConnectionFailed, Response
from scantling.net.retry import Attempts

from .registry_session import Session

_DIGITS = 19


class BlobReader:
    """A ``Reader`` of one blob, ``size`` bytes long as declared. Nothing is verified here but the length; the digest
    covers whatever pieces the blob arrives in. Each break costs one of ``RETRIES`` tries, which come back once
    ``RESUME_PROGRESS_BYTES`` more have arrived. Opens its connection at the first read."""

    def __init__(self, session: Session, digest: str, size: int, subject: str) -> None:
        self._session = session
        self._digest = digest
        self._size = size
        self._subject = subject
        self._response: Response | None = None
        self._delivered = 0
        self._skip = 0
        self._attempts = Attempts(session.client.timing)
        self._last_break = 0

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; b"" at the declared end. Raises ``DamagedLayer`` when the blob is longer,
        ``Unscannable`` when it cannot be had."""
        while True:
            if self._response is None:
                if self._delivered == self._size and self._size > 0:
                    return b""  # broken exactly at the end: nothing is missing
                self._response = self._open(self._delivered)  # has its own tries
            try:
                data = self._piece(self._response, size)
            except ConnectionFailed:
                data = b""
            if data:
                self._delivered += len(data)
                if self._delivered > self._size:
                    raise DamagedLayer(
                        f"{self._subject} is longer than its {self._size} declared bytes", where=self._digest
                    )
                return data
            if self._delivered == self._size:
                return b""
            self._break()

    def _piece(self, response: Response, size: int) -> bytes:
        while self._skip:
            skipped = response.read(min(self._skip, 65_536))
            if not skipped:
                return b""
            self._skip -= len(skipped)
        return response.read(size)

    def _open(self, offset: int) -> Response:
        headers = {"range": f"bytes={offset}-"} if offset else {}
        response = self._session.get(f"blobs/{self._digest}", headers, self._subject)
        start = 0 if response.status == 200 else _range_start(response.headers.get("content-range", ""))
        if start is None or start > offset:
            response.close()
            raise DamagedLayer(f"{self._subject}: the registry answered with another range", where=self._digest)
        self._skip = offset - start  # a server that ignores ranges starts from the beginning
        return response

    def _break(self) -> None:
        self.close()
        if self._delivered - self._last_break >= limits.RESUME_PROGRESS_BYTES:
            self._attempts = Attempts(self._session.client.timing)
        self._last_break = self._delivered
        if not self._attempts.again():
            raise DamagedLayer(
                f"{self._subject} ends after {self._delivered} of {self._size} bytes, however often it is asked for",
                where=self._digest,
                hint="try again; if it repeats, the registry's copy is damaged",
            )

    def close(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _range_start(text: str) -> int | None:
    """The first byte's offset from ``Content-Range: bytes 0-9/10``; None when it is not intelligible."""
    unit, _, rest = text.strip().partition(" ")
    first = rest.partition("-")[0]
    if unit.lower() != "bytes" or not (first.isascii() and first.isdigit() and len(first) <= _DIGITS):
        return None
    return int(first)
