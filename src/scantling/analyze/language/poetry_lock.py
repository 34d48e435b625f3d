"""poetry.lock, lock-version 1.0 to 2.1 (Poetry's ``packages/locker.py``). Facts are ``declared``.

For development only: ``category = "dev"`` (until 1.x), or ``groups`` without "main" (since 2.1; Poetry's manual says
that other groups "must only contain dependencies you need in your development process"). Version 2.0 does not say.
A directory is one's own source and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency
from ._json import mapping, text
from ._toml import load_table, tables

_ID = "poetry-lock"


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file."""
    if came_with_a_dependency(file.path):
        return
    lock = load_table(file.data)
    if "package" not in lock and "metadata" not in lock:
        raise Malformed("neither packages nor metadata")
    found = Declared("pypi", file.path, _ID)
    for entry in tables(lock.get("package")):
        if text(mapping(entry.get("source")).get("type")) == "directory":
            continue
        groups = entry.get("groups")
        is_dev = text(entry.get("category")) == "dev" or (isinstance(groups, list) and "main" not in groups)
        depends = mapping(entry.get("dependencies"))
        found.add(text(entry.get("name")), text(entry.get("version")), depends=depends, is_dev=is_dev)
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 1, Wants(names=frozenset({"poetry.lock"})), extract),)
