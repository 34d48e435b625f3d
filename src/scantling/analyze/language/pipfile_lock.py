"""Pipfile.lock (Pipenv's manual; pipfile-spec 6): JSON, one object of packages for each category.

Facts are ``declared``; ``develop`` is for development only, other categories than it and ``default`` by their name.
A package from a repository, a path or a URL has no version in the file and is named by a ``Gap``.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants

from ._declared import Declared, came_with_a_dependency, is_development
from ._json import load_object, mapping, text

_ID = "pipfile-lock"


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of every category."""
    if came_with_a_dependency(file.path):
        return
    found = Declared("pypi", file.path, _ID)
    for category, packages in load_object(file.data).items():
        if category.startswith("_"):
            continue
        for name, value in mapping(packages).items():
            entry = mapping(value)
            if entry.get("editable") is True or "path" in entry:
                continue  # one's own source
            version = text(entry.get("version")).removeprefix("===").removeprefix("==").strip()
            found.add(name, version, is_dev=is_development(category))
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(names=frozenset({"Pipfile.lock"})), extract, max_bytes=64 * 1024 * 1024),
)
