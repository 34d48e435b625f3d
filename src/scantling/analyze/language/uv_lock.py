"""uv.lock, version 1 (uv's manual, "Project structure", and its own lock files). Facts are ``declared``.

The project and the members of its workspace have a local source (``virtual``, ``editable``, ``directory``) and are not
reported; what they need outside of ``dev-dependencies``, followed by name through the whole file, is for running, the
rest for development only. Where several versions of a name are locked for several platforms, all are reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency, reachable
from ._json import mapping, text
from ._toml import load_table, tables

_ID = "uv-lock"
_LOCAL = frozenset({"virtual", "editable", "directory"})


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file that is not the project's own."""
    if came_with_a_dependency(file.path):
        return
    lock = load_table(file.data)
    if lock.get("version") != 1:
        raise Malformed(f"uv.lock of version {str(lock.get('version'))[:20]}")
    own: list[dict[str, object]] = []
    others: list[dict[str, object]] = []
    for entry in tables(lock.get("package")):
        (others if _LOCAL.isdisjoint(mapping(entry.get("source"))) else own).append(entry)
    needs: dict[str, list[str]] = {}
    for entry in own + others:
        needs.setdefault(text(entry.get("name")), []).extend(_needed(entry))
    running = reachable((name for entry in own for name in _needed(entry)), needs) if own else set(needs)
    found = Declared("pypi", file.path, _ID)
    for entry in others:
        name = text(entry.get("name"))
        depends = (text(each.get("name")) for each in tables(entry.get("dependencies")))
        found.add(name, text(entry.get("version")), depends=depends, is_dev=name not in running)
    yield from found.results()


def _needed(entry: dict[str, object]) -> Iterator[str]:
    """Names that ``entry`` needs to run, those of its optional features included."""
    groups = [entry.get("dependencies"), *mapping(entry.get("optional-dependencies")).values()]
    for group in groups:
        for dependency in tables(group):
            yield text(dependency.get("name"))


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 1, Wants(names=frozenset({"uv.lock"})), extract),)
