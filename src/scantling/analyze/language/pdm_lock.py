"""pdm.lock, lock_version 2 to 4.5 (PDM's manual, "Lock file"). Facts are ``declared``.

``groups`` (since 4.3) names the groups that want a package: optional features and development groups alike, which the
file does not tell apart, so a group counts as for development when its name says so ("dev", "test", "lint" ...).
A path is one's own source and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency, is_development
from ._json import text
from ._toml import load_table, tables

_ID = "pdm-lock"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file."""
    if came_with_a_dependency(file.path):
        return
    lock = load_table(file.data)
    if "package" not in lock and "metadata" not in lock:
        raise Malformed("neither packages nor metadata")
    found = Declared("pypi", file.path, _ID)
    for entry in tables(lock.get("package")):
        if "path" in entry:
            continue
        groups = [group for group in _list(entry.get("groups")) if isinstance(group, str)]
        found.add(
            text(entry.get("name")),
            text(entry.get("version")),
            depends=(match[0] for line in _list(entry.get("dependencies")) if (match := _NAME.match(text(line)))),
            is_dev=bool(groups) and all(map(is_development, groups)),
        )
    yield from found.results()


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 1, Wants(names=frozenset({"pdm.lock"})), extract),)
