"""A lock file beside what was installed from it must not double the findings, nor add what was never installed.

What a lock file alone names is left out

- when it is for development only;
- when its lock file lies inside an installed package (``INSTALLED_TREES``): that is what its developers used;
- for npm and Composer, when the tree is installed beside it (``node_modules``, ``vendor/composer/installed.json``);
- for the others, whose installations do not lie beside their lock files, when at least half of the names that the file
  wants for running are installed: for Python in one ``site-packages`` directory, for .NET in one program's
  ``deps.json``, for the rest anywhere. The rest of the file was then for another platform or not asked for, and
  another version that is installed is what runs. What an OS package installed is no sign that a lock file was used.

The same name and version in both is one package anyway, with both places. A Perl distribution that its installer
recorded with the author's name and MakeMaker without it is the former.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from scantling.model.package import Package

from .coverage import INSTALLED_TREES

_HALF = 2
_SITE = re.compile(r"(?:site|dist)-packages/")
_PYPI_SEPARATORS = re.compile(r"[-_.]+")
# installed apart from their lock files; what leaves no record of it (Dart, Swift, Julia) is not among them
_APART = frozenset({"pypi", "cargo", "nuget", "gem", "hex", "hackage", "cran", "cpan", "luarocks", "conan"})
_EACH_FILE = frozenset({"nuget"})
_GO_VENDOR = "vendor/modules.txt"  # the project's own list of what it is built with
_COMPOSER = "composer/installed.json"


def without_doubles(packages: Iterable[Package]) -> tuple[Package, ...]:
    """``packages`` sorted, without what only lock files name that were installed from or say nothing of this image."""
    kept = list(packages)
    roots = _roots(kept)
    used = _used_lock_files(kept)
    authored = {(package.name, package.version) for package in kept if _has_author(package)}

    def wanted(package: Package) -> bool:
        if package.type == "cpan" and not _has_author(package) and (package.name, package.version) in authored:
            return False
        if not package.declared:
            return True
        if package.is_dev:
            return False
        return any(
            not any(tree in f"/{location.path.removesuffix(_GO_VENDOR)}" for tree in INSTALLED_TREES)
            and location.path[: location.path.rfind("/") + 1] not in roots[package.type]
            and (package.type, location.path) not in used
            for location in package.locations
        )

    return tuple(sorted(filter(wanted, kept), key=lambda p: (p.type, p.name, p.version, p.purl)))


def _has_author(package: Package) -> bool:
    return package.type == "cpan" and package.purl.count("/") > 1


def _roots(packages: list[Package]) -> dict[str, set[str]]:
    """By type: the directories ("" or with a slash at the end) with an installed tree in them."""
    roots: dict[str, set[str]] = defaultdict(set)
    for package in packages:
        if package.declared or package.type not in {"npm", "composer"}:
            continue
        for location in package.locations:
            path = location.path
            if package.type == "npm":
                marker = path.find("node_modules/")
                if marker >= 0:
                    roots["npm"].add(path[:marker])
            elif path.endswith("/" + _COMPOSER):  # the directory above is mostly, but not always, called vendor
                vendor = path[: -len(_COMPOSER) - 1]
                roots["composer"].add(vendor[: vendor.rfind("/") + 1])
    return roots


def _used_lock_files(packages: list[Package]) -> set[tuple[str, str]]:
    """(type, path) of the lock files that were installed from, told by the names that are installed."""
    locks = {
        (package.type, location.path)
        for package in packages
        if package.declared and package.type in _APART
        for location in package.locations
    }
    if not locks:
        return set()
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    installed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for package in packages:
        for location in package.locations:
            place = package.type, location.path
            if place in locks:
                if not package.is_dev:
                    wanted[place].add(_folded(package))
            elif not package.declared and not package.os_owned:
                installed[package.type, _environment(package.type, location.path)].add(_folded(package))
    used: set[tuple[str, str]] = set()
    for place, names in wanted.items():
        there = max((len(names & each) for (type_, _), each in installed.items() if type_ == place[0]), default=0)
        if there and there * _HALF >= len(names):
            used.add(place)
    return used


def _environment(type_: str, path: str) -> str:
    """What was installed together with the package read from ``path``."""
    if type_ == "pypi" and (match := _SITE.search(path)):
        return path[: match.end()]
    return path if type_ == "pypi" or type_ in _EACH_FILE else ""


def _folded(package: Package) -> str:
    name = package.name.lower()
    return _PYPI_SEPARATORS.sub("-", name) if package.type == "pypi" else name
