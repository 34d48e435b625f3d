"""Bundles of Rego by what a user names: a file, a directory, an archive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError

from . import data, manifest
from .bundle import Bundle
from .gather import MODULE, File, gather, is_wanted

ARCHIVES = (".tar.gz", ".tgz", ".tar")


def is_rego(path: Path) -> bool:
    """Whether ``path`` is read as Rego: a module, an archive, or a directory that holds a module or a manifest."""
    if path.is_dir():
        return (path / manifest.NAME).is_file() or any(file.path[-1].endswith(MODULE) for file in _names(path))
    return path.name.endswith((MODULE, *ARCHIVES))


def load(path: Path, leave_out: frozenset[Path] = frozenset()) -> Bundle:
    """The bundle at ``path``; ``leave_out`` are files of a directory that are something else. Raises ``UsageError``."""
    where = str(path)
    if path.is_dir():
        files = [_read(path, file) for file in _names(path) if path.joinpath(*file.path) not in leave_out]
        return gather(files, path.resolve().name, where)
    if path.name.endswith(ARCHIVES):
        from .archive import files_of

        content = read_bounded(path, limits.REGO_ARCHIVE_BYTES, "cannot read the policy")
        stem = path.name.removesuffix(next(suffix for suffix in ARCHIVES if path.name.endswith(suffix)))
        return gather(files_of(content, where), stem, where, is_bundle=True)
    content = read_bounded(path, limits.REGO_FILE_BYTES, "cannot read the policy")
    return gather([File((path.name,), where, content)], path.stem, where)


def _read(root: Path, file: File) -> File:
    is_data = file.path[-1].endswith(data.SUFFIXES)
    most = limits.REGO_DATA_BYTES if is_data else limits.REGO_FILE_BYTES
    return File(file.path, file.where, read_bounded(root.joinpath(*file.path), most, "cannot read the policy"))


def _names(root: Path) -> Iterator[File]:
    """The files of a directory that may be part of a bundle, unread. Directories behind links are not entered."""
    seen = 0
    for directory, below, names in os.walk(root):
        path = Path(directory).relative_to(root).parts
        below[:] = sorted(name for name in below if not name.startswith(".")) if len(path) < limits.REGO_DEPTH else []
        seen += len(names) + len(below)
        if seen > limits.REGO_ENTRIES:
            raise UsageError(f"a directory of more than {limits.REGO_ENTRIES} files is no policy", where=str(root))
        for name in sorted(names):
            if is_wanted((*path, name)) and Path(directory, name).is_file():
                yield File((*path, name), str(Path(directory, name)), b"")
