"""Cargo.lock, version 1 to 4 (The Cargo Book, "Cargo.toml vs Cargo.lock"; cargo's ``EncodableResolve``).

Facts are ``declared``. Packages without a source are the workspace's own and are left out. Nothing in the file tells
development and build dependencies, or other platforms', from the rest: all are reported. What the workspace's
own packages need is direct.
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
    entries = [*tables(lock.get("package")), *tables([lock.get("root")])]
    wanted = {need for entry in entries if not text(entry.get("source")) for need in _needed(entry)}
    found = Declared("cargo", file.path, _ID)
    for entry in entries:
        if not text(entry.get("source")):
            continue
        name, version = text(entry.get("name")), text(entry.get("version"))
        direct = name in wanted or f"{name} {version}" in wanted
        found.add(name, version, depends=_needed(entry), direct=direct)
    yield from found.results()


def _needed(entry: dict[str, object]) -> list[str]:
    """Names, with the version behind a blank where the file has several of one name."""
    needs = entry.get("dependencies")
    return [" ".join(text(each).split(" ")[:2]) for each in needs] if isinstance(needs, list) else []


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 2, Wants(names=frozenset({"Cargo.lock"})), extract),)
