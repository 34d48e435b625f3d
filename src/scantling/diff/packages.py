"""Packages that came, went or changed their version from one report to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scantling.model.purl import without_version
from scantling.model.report import ReportPackage
from scantling.versions import Unparseable, compare
from scantling.versions.upgrade import SCHEMES

ADDED, REMOVED, UPGRADED, DOWNGRADED, CHANGED = "added", "removed", "upgraded", "downgraded", "changed"


@dataclass(frozen=True, slots=True)
class PackageChange:
    """One package by name. ``what`` is one of this module's words; ``before`` and ``after`` are the versions that one
    side has and the other has not, in order of text."""

    key: str
    type: str
    name: str
    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def sentence(self) -> str:
        """The change in words."""
        if self.what in {ADDED, REMOVED}:
            return f"package {self.what}"
        return f"{self.what} from {', '.join(self.before) or 'nothing'} to {', '.join(self.after) or 'nothing'}"


def package_key(purl: str) -> str:
    """What names a package whatever its version: the purl without version and qualifiers."""
    return without_version(purl)


def package_changes(old: Iterable[ReportPackage], new: Iterable[ReportPackage]) -> tuple[PackageChange, ...]:
    """The changes, by type and name. Copies of one version do not count: what is there twice is still there."""
    before, after = _versions(old), _versions(new)
    names = {package_key(package.purl): (package.type, package.name) for package in (*old, *new)}
    found = []
    for key in before.keys() | after.keys():
        left, right = before.get(key, set()), after.get(key, set())
        if left != right:
            type_, name = names[key]
            gone, come = tuple(sorted(left - right)), tuple(sorted(right - left))
            found.append(PackageChange(key, type_, name, _what(type_, left, right), gone, come))
    return tuple(sorted(found, key=lambda change: (change.type, change.name, change.key)))


def _versions(packages: Iterable[ReportPackage]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for package in packages:
        found[package_key(package.purl)].add(package.version)
    return found


def _what(type_: str, left: set[str], right: set[str]) -> str:
    if not left:
        return ADDED
    if not right:
        return REMOVED
    gone, come = left - right, right - left
    if len(gone) != 1 or len(come) != 1 or type_ not in SCHEMES:
        return CHANGED
    try:
        order = compare(SCHEMES[type_], next(iter(gone)), next(iter(come)))
    except Unparseable:
        return CHANGED
    return {-1: UPGRADED, 1: DOWNGRADED, 0: CHANGED}[order]
