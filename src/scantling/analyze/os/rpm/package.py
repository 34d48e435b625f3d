"""From rpm headers to package facts, whichever database format held them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from scantling.analyze.os.ownership import claimable
from scantling.analyze.os.text import Complaints, phrase, version, word
from scantling.analyze.plugin import Extracted
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from . import header as tags
from .header import Header, parse

_SOURCE_RPM = re.compile(r"(.+)-([^-]+)-([^-]+)\.(?:no)?src\.rpm")
_KEY_RING = "gpg-pubkey"  # rpm keeps imported keys as packages without files; nothing is installed by them
_FILES_PER_PACKAGE = limits.OWNED_PER_FILE


@dataclass(slots=True)
class _Reading:
    """What the headers of one database have given."""

    path: str
    complaints: Complaints
    packages: dict[tuple[str, str, str], PackageFact] = field(default_factory=dict)
    requires: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)
    owned: dict[str, None] = field(default_factory=dict)


def facts(analyzer: str, path: str, blobs: Iterable[bytes], complaints: Complaints) -> Iterable[Extracted]:
    """The facts of a database from its header ``blobs``, and the gaps. ``blobs`` may raise ``Malformed`` at any
    point: what came before it is kept and the failure becomes a gap. No header at all is a gap as well: an rpm
    database without packages is not what a running system has."""
    reading = _Reading(path, complaints)
    seen = 0
    source = iter(blobs)
    while True:
        try:
            blob = next(source, None)
        except Malformed as error:
            complaints.add(f"{error.what}: only the {seen} headers before were read")
            break
        if blob is None:
            break
        if seen >= limits.PACKAGES_PER_FILE:
            complaints.add(f"more than {limits.PACKAGES_PER_FILE} headers: the rest is unread", what="limit-reached")
            break
        seen += 1
        try:
            _take(parse(blob), reading)
        except Malformed as error:
            complaints.add(f"header {seen}: {error.what}")
    if not seen:
        complaints.add("no package in this database: nothing is known about what is installed")
    packages = tuple(
        replace(fact, depends=_resolved(reading.requires[key], reading.providers))
        for key, fact in sorted(reading.packages.items())
    )
    yield FileFacts(path, analyzer, packages=packages, owns=tuple(reading.owned))
    yield from complaints.gaps()


def _take(header: Header, reading: _Reading) -> None:
    name = word(header.text(tags.NAME), "package name")
    if name == _KEY_RING:
        return
    fact = _package(name, header)
    key = (fact.name, fact.arch, fact.version)
    reading.packages[key] = fact
    reading.providers[name] = name
    reading.requires[key] = []
    try:
        for provided in header.texts(tags.PROVIDENAME, limits.DEPENDS_PER_PACKAGE):
            reading.providers.setdefault(provided.decode("utf-8", "replace"), name)
        required = header.texts(tags.REQUIRENAME, limits.DEPENDS_PER_PACKAGE)
        reading.requires[key] = [raw.decode("utf-8", "replace") for raw in required]
        _own(header, reading)
    except Malformed as error:  # the package is there all the same
        reading.complaints.add(f"{name}: {error.what}")


def _package(name: str, header: Header) -> PackageFact:
    full = f"{version(header.text(tags.VERSION))}-{version(header.text(tags.RELEASE))}"
    # an absent epoch and 0 are the same to rpm's ordering; one spelling for both keeps purls the same
    epoch = next(iter(header.numbers(tags.EPOCH, 1)), 0)
    source_name, source_version = source_of(phrase(header.text(tags.SOURCERPM)))
    arch = header.text(tags.ARCH)
    licence = phrase(header.text(tags.LICENSE))
    module = phrase(header.text(tags.MODULARITYLABEL))
    return PackageFact(
        type="rpm",
        name=name,
        version=f"{epoch}:{full}" if epoch else full,
        arch=word(arch, "architecture", 64) if arch else "",
        source_name=source_name,
        source_version=source_version,
        licenses=(licence,) if licence else (),
        module="" if module == "(none)" else module,
        origin=phrase(header.text(tags.VENDOR)),
    )


def source_of(source_rpm: str) -> tuple[str, str]:
    """Name and version-release of a source package from its file name ("bash-5.1.8-6.el9.src.rpm"); ("", "") when it
    is not one. Its epoch is not recorded."""
    match = _SOURCE_RPM.fullmatch(source_rpm)
    return (match[1], f"{match[2]}-{match[3]}") if match is not None else ("", "")


def _own(header: Header, reading: _Reading) -> None:
    owned = reading.owned
    for path in file_paths(header):
        if claimable(path):
            if len(owned) >= limits.OWNED_PER_FILE:
                raise Malformed(f"more than {limits.OWNED_PER_FILE} files")
            owned[path] = None


def file_paths(header: Header) -> list[str]:
    """Every path of a package, in the header's order and without a leading slash; stored as base names, each with the
    index of its directory. Raises ``Malformed``."""
    names = header.texts(tags.BASENAMES, _FILES_PER_PACKAGE)
    if not names:
        return []
    directories = [
        raw[: limits.PATH_BYTES].decode("utf-8", "replace").lstrip("/")
        for raw in header.texts(tags.DIRNAMES, _FILES_PER_PACKAGE)
    ]
    indexes = header.numbers(tags.DIRINDEXES, _FILES_PER_PACKAGE)
    if len(indexes) != len(names):
        raise Malformed(f"{len(names)} files with {len(indexes)} directories")
    paths = []
    for raw, index in zip(names, indexes, strict=True):
        if index >= len(directories):
            raise Malformed(f"a file in directory {index} of {len(directories)}")
        paths.append(directories[index] + raw[: limits.PATH_BYTES].decode("utf-8", "replace"))
    return paths


def _resolved(requires: list[str], providers: dict[str, str]) -> tuple[str, ...]:
    """Names of the installed packages that provide what is required ("libc.so.6()(64bit)"). What no package
    provides by name (files, ``rpmlib(...)`` features, rich conditions) names no package and is left out."""
    return tuple(dict.fromkeys(providers[name] for name in requires if name in providers))
