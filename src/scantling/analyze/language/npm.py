"""Installed npm packages: ``node_modules/<name>/package.json`` and ``node_modules/@scope/<name>/package.json``.

What ``npm ls --all`` lists: only the manifest at the root of an installed package counts, not those deeper in it
(``dist/esm/package.json`` says only how to load a folder), and not the trees that a package carries for its own
tests. pnpm's and npm's linked stores (``node_modules/.pnpm/x@1/node_modules/x``) count. The application's own
package.json is not a dependency and is not reported: it says which are asked for. The name is the
manifest's, so that an alias (``npm install shown@npm:real``) is reported, and matched, as what it really is.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._choice import choice
from ._identity import problem
from ._json import load_object, mapping, text

_ID = "npm"
_MODULES = "node_modules"
_ASKED = ("dependencies", "devDependencies", "optionalDependencies")
_STORES = frozenset({".pnpm", ".store"})
_OF_TESTS = frozenset(
    ("test", "tests", "__tests__", "spec", "fixture", "fixtures", "__fixtures__", "testdata", "example", "examples")
)


def extract(file: FileView) -> Iterator[Extracted]:
    """The package whose root manifest this is; nothing for any other package.json."""
    place = installed_as(file.path)
    if place is None:
        if f"/{_MODULES}/" not in f"/{file.path}":
            yield from _asked(file)
        return
    installed, direct = place
    manifest = load_object(file.data)
    name = text(manifest.get("name")) or (installed if direct else "")
    version = text(manifest.get("version")).strip().removeprefix("v").removeprefix("=")
    if not version and not direct:
        return
    if wrong := problem(name, version):
        # one's own unpublished code has no version, and no advisories
        blocks = not (manifest.get("private") is True and not version)
        yield Gap("unknown-version", file.path, f"npm package: {wrong}", blocks=blocks)
        return
    depends = {*mapping(manifest.get("dependencies")), *mapping(manifest.get("optionalDependencies"))}
    fact = PackageFact("npm", name, version, licenses=licenses(manifest), depends=tuple(sorted(depends)))
    yield FileFacts(file.path, _ID, (fact,))


def _asked(file: FileView) -> Iterator[Extracted]:
    """What the application's own manifest asks for. One that cannot be read hides no package, and is no gap."""
    try:
        manifest = load_object(file.data)
    except Malformed:
        return
    asked = sorted({name for group in _ASKED for name in mapping(manifest.get(group))})
    if asked and len(asked) <= limits.DEPENDS_PER_PACKAGE:
        yield FileFacts(file.path, _ID, asked=tuple(asked))


def installed_as(path: str) -> tuple[str, bool] | None:
    """The directory name under which the package at ``path`` is installed, and whether only packages and their
    ``node_modules`` lie above it; None when ``path`` is no root manifest of an installed package."""
    parts = path.split("/")[:-1]
    if len(parts) >= 2 and parts[-2] == _MODULES and not parts[-1].startswith(("@", ".")):
        name, above = parts[-1], parts[:-2]
    elif len(parts) >= 3 and parts[-3] == _MODULES and parts[-2].startswith("@"):
        name, above = f"{parts[-2]}/{parts[-1]}", parts[:-3]
    else:
        return None
    between = _strangers(above)
    if not _OF_TESTS.isdisjoint(between):
        return None
    return name, not between


def _strangers(parts: list[str]) -> list[str]:
    """The directories below the first ``node_modules`` that are neither packages nor ``node_modules``."""
    if _MODULES not in parts:
        return []
    found: list[str] = []
    index = parts.index(_MODULES)
    while index < len(parts):
        if parts[index] != _MODULES:
            found.append(parts[index])
            index += 1
        elif index + 1 < len(parts) and (parts[index + 1] in _STORES or parts[index + 1].startswith("@")):
            index += 3
        else:
            index += 2
    return found


def licenses(manifest: dict[str, object]) -> tuple[str, ...]:
    """``license`` as an SPDX text, or the older object and list forms (a list is a choice)."""
    found: set[str] = set()
    for key in ("license", "licenses"):
        value = manifest.get(key)
        for item in value if isinstance(value, list) else [value]:
            named = text(item) or text(mapping(item).get("type"))
            if named and len(named) <= 200:
                found.add(named)
    return choice(found)


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_ID, 3, Wants(names=frozenset({"package.json"})), extract, max_bytes=16 * 1024 * 1024),
)
