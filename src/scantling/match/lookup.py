"""Under which key and name a package's advisories stand, and which of them speak of this build of it."""

from __future__ import annotations

import re
from typing import Protocol

from scantling.db.names import fold
from scantling.model.advisory import Advisory, SourceStatus, Vulnerability
from scantling.model.package import Package

OS_TYPES = frozenset({"deb", "rpm", "apk"})
_BY_SOURCE = frozenset({"deb", "apk"})  # these distributions publish by source package, the rpm ones by binary
_MODULAR_RELEASE = re.compile(r"[.]module[+_]")  # "...-1.module+el8.3.0+7818+..." or ".module_el8..."


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
    """
    if advisory.arches and package.arch and package.arch != "noarch" and package.arch not in advisory.arches:
        return False
    if is_modular_of_unknown_stream(package):
        return bool(advisory.module)
    return advisory.module == package.module or _stream(advisory.module) == _stream(package.module)


def _stream(module: str) -> tuple[str, ...]:
    # the label may go on with a build's version and context: "nodejs:18:8070020221130:bd1311ed"
    return tuple(module.split(":")[:2])
