"""The roots of a bundle: which paths of ``data`` its manifest claims (OPA's bundle format)."""

from __future__ import annotations

from collections.abc import Sequence


def outside_roots(path: Sequence[str], roots: Sequence[str]) -> bool:
    """Whether ``path`` (below ``data``) lies under none of ``roots`` ("docker/scout"; "" is everything)."""
    return not any(_under(path, tuple(part for part in root.split("/") if part)) for root in roots)


def _under(path: Sequence[str], root: tuple[str, ...]) -> bool:
    return tuple(path[: len(root)]) == root
