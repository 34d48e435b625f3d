"""Cargo.lock, version 1 to 4 (The Cargo Book, "Cargo.toml vs Cargo.lock"; cargo's ``EncodableResolve``).

Facts are ``declared``. Packages without a source are the workspace's own and are left out. Nothing in the file tells
development and build dependencies, or other platforms', from the rest: all are reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency
from ._json import text
from ._toml import load_table, tables

_ID = "cargo-lock"


def extract(file: FileView) -> Iterator[Extracted]:
    """Every crate of the lock file that comes from a registry or a repository."""
    if came_with_a_dependency(file.path):
        return
    lock = load_table(file.data)
    if not {"package", "version", "root"} & lock.keys():
        raise Malformed("no packages")
    found = Declared("cargo", file.path, _ID)
    for entry in tables(lock.get("package")):
        if not text(entry.get("source")):
            continue
        needs = entry.get("dependencies")
        depends = (text(each).split(" ", 1)[0] for each in needs) if isinstance(needs, list) else ()
        found.add(text(entry.get("name")), text(entry.get("version")), depends=depends)
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 1, Wants(names=frozenset({"Cargo.lock"})), extract),)
