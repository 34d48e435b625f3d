"""Under which key and name a package's advisories stand, and which of them speak of this build of it."""

from __future__ import annotations

import re
from typing import Protocol

from scantling.db.names import fold
from scantling.model.advisory import Advisory, SourceStatus, Vulnerability
from scantling.model.package import Package

_BY_SOURCE = frozenset({"deb", "apk"})  # these distributions publish by source package, the rpm ones by binary
_MODULAR_RELEASE = re.compile(r"[.]module[+_]")  # "...-1.module+el8.3.0+7818+..." or ".module_el8..."


_DIST_TAG = re.compile(r"[.](el[0-9]{1,2}_[0-9]{1,2})(?:[._+]|\Z)")
_REBUILD = re.compile(r"[._](ksplice|fips)")
REBUILDS = frozenset({"ksplice", "fips"})
BINARY = "binary:"  # the prefix of names in feeds that go by binary package where others go by source


class AdvisoryLookup(Protocol):
    """The part of ``db.open.Database`` that matching needs."""

    def advisories(self, ecosystem: str, name: str) -> tuple[Advisory, ...]: ...
    def vulnerability(self, id: str) -> Vulnerability | None: ...
    def covers(self, ecosystem: str) -> SourceStatus | None: ...


def lookup_name(package: Package) -> str:
    """The package's name as the database spells it (docs/architecture.md, "Ecosystem keys")."""
    if package.type in _BY_SOURCE:
        return package.source.name if package.source is not None else package.name
    return fold(package.ecosystem, package.name)


def binary_name(package: Package) -> str:
    """The name of ``package`` in a feed that goes by binary package; "" where no feed does both."""
    return BINARY + package.name if package.ecosystem.startswith("ubuntu:") else ""


def build_stream(package: Package) -> str:
    """The stream inside its release that an rpm was built for: "ksplice" or "fips" for Oracle's own rebuilds, else the
    dist tag with a minor release ("el9_2"); "" without one."""
    if package.type != "rpm":
        return ""
    if package.ecosystem.startswith("ol:") and (rebuild := _REBUILD.search(package.version)) is not None:
        return rebuild[1]
    tag = _DIST_TAG.search(package.version)
    return tag[1] if tag is not None else ""


def compared_version(package: Package) -> str:
    """The version that advisories speak of: the source package's where they go by source package."""
    if package.type in _BY_SOURCE and package.source is not None and package.source.version:
        return package.source.version
    return package.version


def is_modular_of_unknown_stream(package: Package) -> bool:
    """An rpm built in a module whose label the package database has lost (CentOS 8 records none)."""
    return package.type == "rpm" and not package.module and bool(_MODULAR_RELEASE.search(package.version))


def speaks_of(advisory: Advisory, package: Package) -> bool:
    """Whether the statement is about this architecture and module stream of the package.

    A module stream has its own versions: "nodejs:18" is never judged by "nodejs:20", nor by the plain package.
    Where the stream is not known every stream's statement counts; the caller marks what follows as unverified.
    A statement about one build stream ("el9_2", "ksplice") is for builds of that stream alone; a rebuild like
    "ksplice", with versions of its own, is for no other statement.
    """
    if advisory.stream or package.ecosystem.startswith("ol:"):
        stream = build_stream(package)
        if advisory.stream != stream and (advisory.stream or stream in REBUILDS):
            return False
    if advisory.arches and package.arch and package.arch != "noarch" and package.arch not in advisory.arches:
        return False
    if is_modular_of_unknown_stream(package):
        return bool(advisory.module)
    return advisory.module == package.module or _stream(advisory.module) == _stream(package.module)


def _stream(module: str) -> tuple[str, ...]:
    # the label may go on with a build's version and context: "nodejs:18:8070020221130:bd1311ed"
    return tuple(module.split(":")[:2])
