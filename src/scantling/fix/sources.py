"""The files of a checkout that a patch may change. Follows no links, so that nothing outside is ever read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError

from .manifests.catalog import DOCKERFILES, LOCKS, manifest_of

_NOT_OURS = frozenset({".git", "node_modules", ".venv", "venv", ".tox", "__pycache__", "vendor", "site-packages"})


@dataclass(frozen=True, slots=True)
class Sources:
    """``manifests`` holds texts by path relative to the root of the patch. ``files`` are the lock files that were seen
    beside them. ``dockerfile`` is the path of the one to change, "" for none, and ``recipe`` its text."""

    manifests: dict[str, str]
    files: frozenset[str] = frozenset()
    dockerfile: str = ""
    recipe: str = ""
    notes: tuple[str, ...] = ()


def read_sources(checkout: Path | None, dockerfile: Path | None) -> Sources:
    """Raises ``UsageError`` for a directory or a Dockerfile that cannot be read, or one that is outside."""
    if checkout is not None and not checkout.is_dir():
        raise UsageError("the checkout is no directory", where=str(checkout))
    manifests, files, notes = _read_manifests(checkout) if checkout is not None else ({}, frozenset[str](), ())
    if dockerfile is None and checkout is not None:
        found = (checkout / name for name in DOCKERFILES)
        dockerfile = next((path for path in found if path.is_file() and not path.is_symlink()), None)
    if dockerfile is None:
        return Sources(manifests, files, notes=notes)
    name = _inside(dockerfile, checkout)
    recipe = _text(read_bounded(dockerfile, limits.DOCKERFILE_BYTES, "cannot read the Dockerfile"),
                   limits.DOCKERFILE_BYTES)  # fmt: skip
    if recipe is None:
        raise UsageError("not a Dockerfile: too large, or not UTF-8", where=str(dockerfile))
    return Sources(manifests, files, name, recipe, notes)


def _inside(dockerfile: Path, checkout: Path | None) -> str:
    """Its path as the patch names it: relative to the checkout, or to the directory one stands in."""
    root = (checkout or Path.cwd()).resolve()
    real = dockerfile.resolve()
    if real.is_relative_to(root):
        return real.relative_to(root).as_posix()
    if checkout is not None:
        raise UsageError("the Dockerfile is outside the checkout, which a patch never leaves", where=str(dockerfile))
    return dockerfile.name


def _read_manifests(root: Path) -> tuple[dict[str, str], frozenset[str], tuple[str, ...]]:
    manifests: dict[str, str] = {}
    files: set[str] = set()
    notes: list[str] = []
    for count, (folder, folders, names) in enumerate(os.walk(root, followlinks=False)):
        folders[:] = sorted(name for name in folders if name not in _NOT_OURS)
        for name in sorted(names):
            path = Path(folder) / name
            relative = path.relative_to(root).as_posix()
            if name in LOCKS:
                files.add(relative)
            if manifest_of(relative) is None or path.is_symlink() or not path.is_file():
                continue
            data = read_bounded(path, limits.CHECKOUT_FILE_BYTES, "cannot read the manifest")
            text = _text(data, limits.CHECKOUT_FILE_BYTES)
            if text is None or not relative.isprintable() or set(relative) & set(' "\\'):
                notes.append(f"{relative} is left alone: too large, not UTF-8, or with a name that no patch can hold")
            elif len(manifests) < limits.FIX_MANIFESTS:
                manifests[relative] = text
            else:
                return manifests, frozenset(files), (*notes, f"only {limits.FIX_MANIFESTS} manifests were looked at")
        if count >= limits.FIX_DIRECTORIES:
            return manifests, frozenset(files), (*notes, f"only {count} directories were looked into for manifests")
    return manifests, frozenset(files), tuple(notes)


def _text(data: bytes, most: int) -> str | None:
    if len(data) > most:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
