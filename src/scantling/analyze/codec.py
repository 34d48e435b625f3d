"""``LayerFacts`` as bytes and back: for the cache and for the trip out of a worker process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from scantling.model.facts import LayerFacts

if TYPE_CHECKING:
    from msgspec.msgpack import Decoder


def encode(facts: LayerFacts) -> bytes:
    """Deterministic: equal facts give equal bytes."""
    import msgspec
    import zstandard

    packed = msgspec.msgpack.encode(facts)
    return zstandard.ZstdCompressor(level=1).compress(packed)


def decode(blob: bytes, max_bytes: int) -> LayerFacts | None:
    """The facts, or None when ``blob`` is not what ``encode`` wrote (another version, damage)."""
    import msgspec
    import zstandard

    try:
        packed = zstandard.ZstdDecompressor().decompress(blob, max_output_size=max_bytes)
        return _decoder().decode(packed)
    except (zstandard.ZstdError, msgspec.DecodeError):
        return None


@cache
def _decoder() -> Decoder[LayerFacts]:
    import msgspec

    return msgspec.msgpack.Decoder(LayerFacts)
