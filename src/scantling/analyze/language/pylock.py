"""pylock.toml and pylock.NAME.toml (PEP 751, lock-version 1.0). Facts are ``declared``.

For development only: packages whose every alternative of the marker asks for a dependency group that is not one of the
``default-groups``. A directory is one's own source. A package without a version (PEP 751 allows that for repositories)
is named by a ``Gap``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency
from ._json import text
from ._toml import load_table, tables

_ID = "pylock"
_GROUP = re.compile(r"[\"']([^\"']*)[\"'][ \t]+in[ \t]+dependency_groups")
_OR = re.compile(r"\bor\b")


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file."""
    if came_with_a_dependency(file.path):
        return
    lock = load_table(file.data)
    if not text(lock.get("lock-version")).startswith("1."):
        raise Malformed(f"lock-version {str(lock.get('lock-version'))[:20]} is not known")
    default = lock.get("default-groups")
    defaults = frozenset(map(text, default)) if isinstance(default, list) else frozenset()
    found = Declared("pypi", file.path, _ID)
    for entry in tables(lock.get("packages")):
        if "directory" in entry:
            continue
        depends = (text(each.get("name")) for each in tables(entry.get("dependencies")))
        is_dev = _is_dev(text(entry.get("marker")), defaults)
        found.add(text(entry.get("name")), text(entry.get("version")), depends=depends, is_dev=is_dev)
    yield from found.results()


def _is_dev(marker: str, defaults: frozenset[str]) -> bool:
    return all((groups := _GROUP.findall(part)) and defaults.isdisjoint(groups) for part in _OR.split(marker))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(names=frozenset({"pylock.toml"}), globs=("*pylock.*.toml",)), extract),
)
