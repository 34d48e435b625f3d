"""Blobs of an OCI layout (image-spec v1.1 image-layout.md)."""

from __future__ import annotations

import hashlib

from scantling.guard import limits
from scantling.model.errors import Unscannable

from .manifest import Descriptor
from .store import Store, read_file

REF_NAME = "org.opencontainers.image.ref.name"  # annotation: what an entry of index.json is called


def blob_name(digest: str) -> str:
    """Where a layout keeps the blob ``digest`` (which is valid)."""
    return f"blobs/{digest.replace(':', '/')}"


def fetch_blob(store: Store, descriptor: Descriptor, max_bytes: int = limits.CONFIG_BYTES) -> bytes:
    """A small blob, its size and digest verified. Raises ``Unscannable``."""
    digest = descriptor.digest
    ceiling = min(descriptor.size, max_bytes)
    data = read_file(store, blob_name(digest), max_bytes)
    if len(data) != ceiling:
        raise Unscannable(f"a blob has {len(data)} bytes, not the {descriptor.size} declared", where=digest)
    algorithm = digest.partition(":")[0]
    if f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}" != digest:
        raise Unscannable(
            "digest mismatch: a blob is not what its name says", where=digest, hint="copy the image again"
        )
    return data
