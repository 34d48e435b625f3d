"""What an npm project's lock file names: package-lock.json and npm-shrinkwrap.json, lockfileVersion 1, 2 and 3.

Sources: npm's documentation of package-lock.json (v2/v3 ``packages``, v1 ``dependencies``). Facts are ``declared``.
Not reported: the project itself, workspaces and links (one's own source), what has no registry version (git, file and
URL dependencies of v1: a ``Gap`` that does not block names them). Lock files inside ``node_modules`` came with a
dependency, and npm's hidden ``.package-lock.json`` only repeats the installed tree: neither is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._identity import problem
from ._json import load_object, mapping, text
from .npm import licenses

_ID = "npm-lock"
_NEWEST = 3
_MARK = "node_modules/"

_Locked = tuple[str, str, dict[str, object], tuple[str, ...]]  # name, version, entry, depends


def extract(file: FileView) -> Iterator[Extracted]:
    """Every package of the lock file, once for each name and version."""
    if _MARK in file.path:
        return
    lock = load_object(file.data)
    packages = lock.get("packages")
    generation = lock.get("lockfileVersion", 1)
    if not isinstance(generation, int) or (generation > _NEWEST and not isinstance(packages, dict)):
        raise Malformed(f"lockfileVersion {str(generation)[:20]} is not known")
    if packages is not None and not isinstance(packages, dict):
        raise Malformed('"packages" is not an object')
    locked = _from_packages(packages) if packages else _from_dependencies(lock)
    found: dict[tuple[str, str], PackageFact] = {}
    for name, version, entry, depends in locked:
        if wrong := problem(name, version):
            yield Gap("unknown-version", file.path, f"lock file: {wrong}", blocks=False)
            continue
        is_dev = entry.get("dev") is True
        known = found.get((name, version))
        found[name, version] = PackageFact(
            "npm",
            name,
            version,
            licenses=licenses(entry),
            depends=depends if known is None else tuple(sorted({*depends, *known.depends})),
            is_dev=is_dev and (known is None or known.is_dev),
            declared=True,
        )
        if len(found) > limits.PACKAGES_PER_FILE:
            raise Malformed(f"more than {limits.PACKAGES_PER_FILE} packages")
    yield FileFacts(file.path, _ID, tuple(found[key] for key in sorted(found)))


def _from_packages(packages: dict[str, object]) -> Iterator[_Locked]:
    for place, value in packages.items():
        entry = mapping(value)
        mark = place.rfind(_MARK)
        if mark < 0 or entry.get("link") is True:
            continue
        name = text(entry.get("name")) or place[mark + len(_MARK) :]
        depends = {*mapping(entry.get("dependencies")), *mapping(entry.get("optionalDependencies"))}
        yield name, text(entry.get("version")), entry, tuple(sorted(depends))


def _from_dependencies(lock: dict[str, object]) -> Iterator[_Locked]:
    waiting = [mapping(lock.get("dependencies"))]
    while waiting:
        for name, value in waiting.pop().items():
            entry = mapping(value)
            if isinstance(nested := entry.get("dependencies"), dict):
                waiting.append(nested)
            version = text(entry.get("version"))
            if version.startswith("npm:"):
                real, _, version = version[4:].rpartition("@")
                name = real or name
            elif version.startswith(("file:", "link:")):
                continue
            elif ":" in version or "/" in version:
                version = ""
            requires = entry.get("requires")
            yield name, version, entry, tuple(sorted(mapping(requires)))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(
        _ID,
        2,
        Wants(names=frozenset({"package-lock.json", "npm-shrinkwrap.json"})),
        extract,
        max_bytes=64 * 1024 * 1024,
    ),
)
