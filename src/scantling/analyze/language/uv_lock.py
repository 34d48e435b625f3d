"""uv.lock, version 1 (uv's manual, "Project structure", and its own lock files). Facts are ``declared``.

The project and the members of its workspace have a local source (``virtual``, ``editable``, ``directory``) and are not
reported; what they need outside of ``dev-dependencies``, followed by name through the whole file, is for running, the
rest for development only. What they name themselves is direct. Where several versions of a name are locked for several
platforms, all are reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency, reachable
from ._json import mapping, text
from ._toml import load_table, tables

_ID = "uv-lock"
_ALL = ("optional-dependencies", "dev-dependencies")
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
    wanted = {each for entry in own for group in _groups(entry, _ALL) for each in _pinned(group)}
    found = Declared("pypi", file.path, _ID)
    for entry in others:
        name, version = text(entry.get("name")), text(entry.get("version"))
        direct = (name in wanted or f"{name} {version}" in wanted) if own else None
        depends = _pinned(entry.get("dependencies"))
        found.add(name, version, depends=depends, is_dev=name not in running, direct=direct)
    yield from found.results()


def _needed(entry: dict[str, object]) -> Iterator[str]:
    """Names that ``entry`` needs to run, those of its optional features included."""
    for group in _groups(entry, ("optional-dependencies",)):
        for dependency in tables(group):
            yield text(dependency.get("name"))


def _groups(entry: dict[str, object], named: tuple[str, ...]) -> Iterator[object]:
    yield entry.get("dependencies")
    for key in named:
        yield from mapping(entry.get(key)).values()


def _pinned(group: object) -> list[str]:
    """Names, with the version behind a blank where the file has several of one name."""
    return [f"{text(each.get('name'))} {text(each.get('version'))}".rstrip() for each in tables(group)]


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 2, Wants(names=frozenset({"uv.lock"})), extract),)
