"""The names of stacks of layers (OCI image-spec v1.1 config.md, "Layer ChainID")."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def chain_ids(diff_ids: Sequence[str]) -> tuple[str, ...]:
    """For each number of layers from one on, the name of that many lowest layers together. Two images with the same
    name for their first n layers hold the same files so far, however their blobs are compressed."""
    found: list[str] = []
    for diff_id in diff_ids:
        text = f"{found[-1]} {diff_id}" if found else ""
        found.append(f"sha256:{hashlib.sha256(text.encode()).hexdigest()}" if text else diff_id)
    return tuple(found)
