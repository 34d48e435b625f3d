"""The Dockerfile that a user names."""

from __future__ import annotations

from pathlib import Path

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import Malformed, UsageError

from .dockerfile import parse
from .recipe import Recipe


def read_recipe(path: Path) -> Recipe:
    """The recipe in ``path``. Raises ``UsageError`` for a file that cannot be read, or is no Dockerfile."""
    try:
        return parse(read_bounded(path, limits.DOCKERFILE_BYTES, "cannot read the Dockerfile"))
    except Malformed as error:
        raise UsageError(f"not a Dockerfile: {error}", where=str(path)) from error
