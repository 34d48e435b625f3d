"""``LayerFacts`` and evidence as bytes and back: for the cache and for the trip out of a worker process."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from scantling.model.evidence import LayerEvidence
from scantling.model.facts import LayerFacts

if TYPE_CHECKING:
    from msgspec.msgpack import Decoder

_T = TypeVar("_T")
_LENGTH = 8


def encode(facts: LayerFacts | LayerEvidence) -> bytes:
    """Deterministic: equal facts give equal bytes."""
    import msgspec
    import zstandard

    packed = msgspec.msgpack.encode(facts)
    return zstandard.ZstdCompressor(level=1).compress(packed)


def decode(blob: bytes, max_bytes: int) -> LayerFacts | None:
    """The facts, or None when ``blob`` is not what ``encode`` wrote (another version, damage)."""
    return _decode(blob, max_bytes, LayerFacts)


def decode_evidence(blob: bytes, max_bytes: int) -> LayerEvidence | None:
    """The evidence, or None when ``blob`` is not what ``encode`` wrote."""
    return _decode(blob, max_bytes, LayerEvidence)


def _decode(blob: bytes, max_bytes: int, type_: type[_T]) -> _T | None:
    import msgspec
    import zstandard

    try:
        packed = zstandard.ZstdDecompressor().decompress(blob, max_output_size=max_bytes)
        key: Any = type_
        decoded: _T = _decoder(key).decode(packed)
    except (zstandard.ZstdError, msgspec.DecodeError):
        return None
    return decoded


@cache
def _decoder(type_: Any) -> Decoder[Any]:
    import msgspec

    return msgspec.msgpack.Decoder(type_)


def join(blobs: Iterable[bytes]) -> bytes:
    """Several blobs as one; ``split`` takes them apart."""
    return b"".join(len(blob).to_bytes(_LENGTH, "little") + blob for blob in blobs)


def split(joined: bytes) -> list[bytes]:
    """What ``join`` put together."""
    blobs = []
    at = 0
    while at < len(joined):
        start = at + _LENGTH
        at = start + int.from_bytes(joined[at:start], "little")
        blobs.append(joined[start:at])
    return blobs
