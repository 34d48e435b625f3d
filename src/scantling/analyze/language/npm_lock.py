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

_DEEPEST = 64  # directories that a dependency is looked for in; npm's own trees have some ten
_WANTED = ("dependencies", "devDependencies", "optionalDependencies")

_Locked = tuple[str, str, dict[str, object], tuple[str, ...], bool | None]  # name, version, entry, depends, direct


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
    for name, version, entry, depends, direct in locked:
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
            direct=direct if direct or known is None else known.direct,
        )
        if len(found) > limits.PACKAGES_PER_FILE:
            raise Malformed(f"more than {limits.PACKAGES_PER_FILE} packages")
    yield FileFacts(file.path, _ID, tuple(found[key] for key in sorted(found)))


def _from_packages(packages: dict[str, object]) -> Iterator[_Locked]:
    identities: dict[str, str] = {}
    for place, value in packages.items():
        mark = place.rfind(_MARK)
        if mark >= 0 and (entry := mapping(value)).get("link") is not True:
            identities[place] = f"{text(entry.get('name')) or place[mark + len(_MARK) :]} {text(entry.get('version'))}"
    wanted = {
        need
        for place, value in packages.items()
        if _MARK not in place
        for need in _resolved(place, mapping(value), _WANTED, identities)
    }
    for place, identity in identities.items():
        entry = mapping(packages[place])
        depends = _resolved(place, entry, ("dependencies", "optionalDependencies"), identities)
        name, _, version = identity.rpartition(" ")
        yield name, version, entry, depends, identity in wanted


def _resolved(
    place: str, entry: dict[str, object], groups: tuple[str, ...], identities: dict[str, str]
) -> tuple[str, ...]:
    """What the package at ``place`` loads by the names that it requires, as Node.js looks for them: in its own
    ``node_modules``, then in each one above. A name that is nowhere (another platform's) is kept as it is."""
    names = sorted({name for group in groups for name in mapping(entry.get(group))})[: limits.DEPENDS_PER_PACKAGE]
    if len(place) > limits.PATH_BYTES:
        return tuple(names)
    above = [f"{place}/{_MARK}" if place else _MARK]
    at = place.rfind(_MARK)
    while at >= 0 and len(above) < _DEEPEST:
        above.append(place[:at] + _MARK)
        at = place.rfind(_MARK, 0, at)
    if above[-1] != _MARK:
        above.append(_MARK)  # a workspace of the project
    found = []
    for name in names:
        hits = (identity for folder in above if (identity := identities.get(folder + name)) is not None)
        found.append(next(hits, name))
    return tuple(sorted(set(found)))


def _from_dependencies(lock: dict[str, object]) -> Iterator[_Locked]:
    waiting: list[tuple[dict[str, object], ...]] = [
        (mapping(lock.get("dependencies")),)
    ]  # each with those around it, the innermost first
    while waiting:
        around = waiting.pop()
        for name, value in around[0].items():
            entry = mapping(value)
            inside = around
            if isinstance(nested := entry.get("dependencies"), dict):
                inside = (nested, *around[: _DEEPEST - 1])
                waiting.append(inside)
            if (identity := _identity(name, entry)) is None:
                continue
            needs = []
            for need in sorted(mapping(entry.get("requires")))[: limits.DEPENDS_PER_PACKAGE]:
                hit = next((mapping(scope[need]) for scope in inside if need in scope), None)
                real = None if hit is None else _identity(need, hit)
                needs.append(" ".join(real).rstrip() if real is not None else need)
            yield *identity, entry, tuple(sorted(set(needs))), None


def _identity(name: str, entry: dict[str, object]) -> tuple[str, str] | None:
    """The real name and the version ("" for no registry's) of an entry of v1; None for one's own source."""
    version = text(entry.get("version"))
    if version.startswith(("file:", "link:")):
        return None
    if version.startswith("npm:"):
        real, _, version = version[4:].rpartition("@")
        return real or name, version
    return name, "" if ":" in version or "/" in version else version


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(
        _ID,
        3,
        Wants(names=frozenset({"package-lock.json", "npm-shrinkwrap.json"})),
        extract,
        max_bytes=64 * 1024 * 1024,
    ),
)
