"""pnpm-lock.yaml, lockfileVersion 5 to 9 (pnpm's ``spec/lockfile``). Facts are ``declared``.

The key of a package is ``/name/1.0.0_peers`` (5), ``/name@1.0.0(peers)`` (6, 7) or ``name@1.0.0`` (9), with a
registry's host before it where it is not the usual one; ``name`` and ``version`` inside the entry, which packages from
elsewhere have, come first. For development only: ``dev: true`` until 8; since 9 what no importer reaches but through
its ``devDependencies``. Directories and links are one's own source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency, reachable
from ._json import mapping, text
from ._yaml import load_mappings
from .yarn_lock import split

_ID = "pnpm-lock"
_VERSION = re.compile(r"([5-9])(?:\.[0-9]+)?(?:-[a-zA-Z]+)?")
_SNAPSHOTS = 9  # the generation that splits what a package is from what it needs
_RUNNING = ("dependencies", "optionalDependencies")
_WANTED = (*_RUNNING, "devDependencies")


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file's documents (pnpm 11 puts its own tools into a first one)."""
    if came_with_a_dependency(file.path):
        return
    found = Declared("npm", file.path, _ID)
    for lock in load_mappings(file.data):
        match = _VERSION.fullmatch(text(lock.get("lockfileVersion")))
        if match is None:
            raise Malformed(f"lockfileVersion {str(lock.get('lockfileVersion'))[:20]} is not known")
        generation = int(match[1])
        if generation >= _SNAPSHOTS:
            _with_snapshots(lock, found)
        else:
            _with_flags(lock, generation, found)
    yield from found.results()


def _with_flags(lock: dict[str, object], generation: int, found: Declared) -> None:
    packages = mapping(lock.get("packages"))
    identities = {key: " ".join(_identity(key, mapping(value), generation)) for key, value in packages.items()}
    importers = mapping(lock.get("importers")) or {".": lock}
    wanted = {need for entry in importers.values() for need in _needed(mapping(entry), identities, _WANTED)}
    for key, value in packages.items():
        entry = mapping(value)
        if _is_own(entry):
            continue
        name, version = _identity(key, entry, generation)
        depends = _needed(entry, identities)
        is_dev = text(entry.get("dev")) == "true"
        found.add(name, version, depends=depends, is_dev=is_dev, direct=identities[key] in wanted)


def _with_snapshots(lock: dict[str, object], found: Declared) -> None:
    packages, snapshots = mapping(lock.get("packages")), mapping(lock.get("snapshots"))
    needs = {
        key: [_key(name, text(version), snapshots) for name, version in _running(mapping(entry))]
        for key, entry in snapshots.items()
    }
    roots = [
        _key(name, text(mapping(wanted).get("version")), snapshots)
        for importer in mapping(lock.get("importers")).values()
        for name, wanted in _running(mapping(importer))
    ]
    running = {_without_peers(key) for key in reachable(roots, needs)}
    identities = {key: " ".join(_identity(key, mapping(value), _SNAPSHOTS)) for key, value in packages.items()}
    importers = mapping(lock.get("importers")).values()
    wanted = {need for entry in importers for need in _needed(mapping(entry), identities, _WANTED)}
    depends: dict[str, list[str]] = {}
    for key, entry in snapshots.items():
        depends.setdefault(_without_peers(key), []).extend(_needed(mapping(entry), identities))
    for key, value in packages.items():
        entry = mapping(value)
        if _is_own(entry):
            continue
        name, version = _identity(key, entry, _SNAPSHOTS)
        base = _without_peers(key)
        direct = identities[key] in wanted
        found.add(name, version, depends=depends.get(base, ()), is_dev=base not in running, direct=direct)


def _running(entry: dict[str, object]) -> Iterator[tuple[str, object]]:
    for group in _RUNNING:
        yield from mapping(entry.get(group)).items()


def _needed(entry: dict[str, object], identities: dict[str, str], groups: tuple[str, ...] = _RUNNING) -> Iterator[str]:
    """Name and version of what ``entry`` needs, the name alone of what the file does not have. The value is a version,
    a key (aliases), or an object with one of them."""
    for name, value in (pair for group in groups for pair in mapping(entry.get(group)).items()):
        wanted = text(value) or text(mapping(value).get("version"))
        plain = _without_peers(wanted)
        for key in (wanted, plain, f"{name}@{plain}", f"/{name}@{plain}", f"/{name}@{wanted}", f"/{name}/{wanted}"):
            if key in identities:
                yield identities[key]
                break
        else:
            yield name


def _key(name: str, version: str, snapshots: dict[str, object]) -> str:
    """The snapshot that a dependency means: an alias gives the whole key in place of the version."""
    return version if version in snapshots else f"{name}@{version}"


def _without_peers(key: str) -> str:
    return key.partition("(")[0]


def _is_own(entry: dict[str, object]) -> bool:
    return text(mapping(entry.get("resolution")).get("type")) == "directory"


def _identity(key: str, entry: dict[str, object], generation: int) -> tuple[str, str]:
    key = _without_peers(key)
    host, slash, rest = key.partition("/")
    if slash and (not host or ("." in host and not host.startswith("@") and "@" not in host)):
        key = rest
    if generation == 5:
        name, _, version = key.rpartition("/")
        version = version.partition("_")[0]
    else:
        name, version = split(key)
    if ":" in version or "/" in version:
        version = ""  # a repository's or an archive's address
    return text(entry.get("name")) or name, text(entry.get("version")) or version


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 2, Wants(names=frozenset({"pnpm-lock.yaml"})), extract, max_bytes=limits.YAML_BYTES),
)
