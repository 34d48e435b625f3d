"""Dart and Flutter: pubspec.lock (dart.dev, "The pubspec file", and pub's ``LockFile``). Facts are ``declared``.

"direct dev" dependencies are for development only; what only those need in turn is called "transitive" like the rest
and cannot be told apart. Packages of the SDK ("flutter" itself) carry the version 0.0.0 and those from a directory are
one's own: both are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared
from ._json import mapping, text
from ._yaml import load_mapping

_ID = "pubspec-lock"
_NOT_FROM_A_REGISTRY = frozenset({"sdk", "path"})
_CACHES = ("/.pub-cache/", "/.dart_tool/", "/.plugin_symlinks/")


def extract(file: FileView) -> Iterator[Extracted]:
    """Every hosted package of the lock file, and those from git by the version they give themselves."""
    if any(cache in f"/{file.path}" for cache in _CACHES):
        return
    lock = load_mapping(file.data)
    if "packages" not in lock:
        raise Malformed("no packages")
    found = Declared("pub", file.path, _ID)
    for key, value in mapping(lock["packages"]).items():
        entry = mapping(value)
        if text(entry.get("source")) in _NOT_FROM_A_REGISTRY:
            continue
        name = text(mapping(entry.get("description")).get("name")) or key
        found.add(name, text(entry.get("version")), is_dev=text(entry.get("dependency")) == "direct dev")
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 1, Wants(names=frozenset({"pubspec.lock"})), extract, max_bytes=limits.YAML_BYTES),
)
