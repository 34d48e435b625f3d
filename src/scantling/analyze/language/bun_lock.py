"""bun.lock, lockfileVersion 0 to 2: JSON with comments and trailing commas (Bun's manual, "Lockfile").

``packages`` maps a place in the tree ("a", or "b/a" for b's own copy) to ``[ident, ...]``, where ident is
``name@version`` for a registry's package. For development only: what no workspace reaches but through its
``devDependencies``. Facts are ``declared``. Workspaces, links and directories are one's own source; a package from a
repository or an archive has no version here and is named by a ``Gap``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency, reachable
from ._json import load_object, mapping, text
from .yarn_lock import split

_ID = "bun-lock"
_NEWEST = 2
# a text to its end, or a comment: whichever comes first; possessive, so that an open quote costs one pass
_TEXT_OR_COMMENT = re.compile(rb"(\"(?:[^\"\\]|\\.)*+(?:\"|\Z))|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)", re.DOTALL)
_TEXT_OR_COMMA = re.compile(rb"(\"(?:[^\"\\]|\\.)*+(?:\"|\Z))|,(?=[ \t\r\n]*+[}\]])", re.DOTALL)
_OWN = ("workspace:", "link:", "root:", "file:")
_RUNNING = ("dependencies", "optionalDependencies", "peerDependencies")


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file."""
    if came_with_a_dependency(file.path):
        return
    lock = load_object(_as_json(file.data))
    generation = lock.get("lockfileVersion")
    if not isinstance(generation, int) or generation > _NEWEST:
        raise Malformed(f"lockfileVersion {str(generation)[:20]} is not known")
    packages = mapping(lock.get("packages"))
    needs = {key: _needs(key, value, packages) for key, value in packages.items()}
    workspaces = [mapping(value) for value in mapping(lock.get("workspaces")).values()]
    running = reachable(_roots(workspaces, packages), needs)
    found = Declared("npm", file.path, _ID)
    for key, value in packages.items():
        name, version = split(text(value[0]) if isinstance(value, list) and value else "")
        if version.startswith(_OWN):
            continue
        if ":" in version or "/" in version or "#" in version:
            version = ""
        found.add(name, version, depends=_names(_about(value)), is_dev=key not in running)
    yield from found.results()


def _as_json(data: bytes) -> bytes:
    keep = rb"\1"
    return _TEXT_OR_COMMA.sub(keep, _TEXT_OR_COMMENT.sub(keep, data))


def _about(value: object) -> dict[str, object]:
    """The object that a package's list holds, wherever it stands in it."""
    return next((item for item in value if isinstance(item, dict)), {}) if isinstance(value, list) else {}


def _names(about: dict[str, object]) -> Iterator[str]:
    for group in _RUNNING:
        yield from mapping(about.get(group))


def _roots(workspaces: list[dict[str, object]], packages: dict[str, object]) -> Iterator[str]:
    for workspace in workspaces:
        own = text(workspace.get("name"))
        for name in _names(workspace):
            yield f"{own}/{name}" if f"{own}/{name}" in packages else name


def _needs(key: str, value: object, packages: dict[str, object]) -> list[str]:
    """The places of what the package at ``key`` needs: its own copy, else the nearest one above it."""
    above = [""]
    place = ""
    for part in _parts(key):
        place = f"{place}{part}/"
        above.append(place)
    found = []
    for name in _names(_about(value)):
        found.append(next((f"{each}{name}" for each in reversed(above) if f"{each}{name}" in packages), name))
    return found


def _parts(key: str) -> Iterator[str]:
    """The packages of a place: "@s/a/b" are "@s/a" and "b"."""
    scope = ""
    for part in key.split("/")[:64]:
        if part.startswith("@") and not scope:
            scope = part + "/"
        else:
            yield scope + part
            scope = ""


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(names=frozenset({"bun.lock"})), extract, max_bytes=64 * 1024 * 1024),
)
