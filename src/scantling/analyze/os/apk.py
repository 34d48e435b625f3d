"""Alpine and Wolfi packages: ``lib/apk/db/installed`` of apk-tools 2 and ``usr/lib/apk/db/installed`` of 3.

Format: one record per package, a blank line after each; lines are ``LETTER:value`` (apk-tools, apk-v2(5) and
``database.c``). File records follow: ``F:`` names a directory, each ``R:`` a file in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import BytesIO

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from .ownership import claimable
from .text import Complaints, phrase, version, word

_ID = "apk"
_KEPT = frozenset(b"PVAoLmDp")
_SKIPPED = frozenset(b"aZM")  # mode and checksum of a file, mode of a directory: half of all lines
_COLON = 0x3A
_DEPENDENCY = re.compile(
    rb"([^\s!<>=~@][^\s<>=~@]*)[^\s]*"
)  # "so:libc.musl-x86_64.so.1", "busybox>=1.36"; "!x" is a conflict
_PROVIDED = re.compile(rb"([^\s<>=~]+)[^\s]*")


@dataclass(slots=True)
class _Reading:
    """What one pass over the file has gathered."""

    complaints: Complaints
    packages: dict[tuple[str, str, str], PackageFact] = field(default_factory=dict)
    requires: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)
    owned: dict[str, None] = field(default_factory=dict)
    records: int = 0


def extract(file: FileView) -> Iterable[Extracted]:
    """Every package of the database with its owned paths. Bad or cut records become gaps; the others stay."""
    reading = _Reading(Complaints(file.path))
    _read(file.data, reading)
    packages = tuple(
        replace(fact, depends=_resolved(reading.requires[key], reading.providers))
        for key, fact in reading.packages.items()
    )
    yield FileFacts(file.path, _ID, packages=packages, owns=tuple(reading.owned))
    yield from reading.complaints.gaps()


def _read(data: bytes, reading: _Reading) -> None:
    fields: dict[int, bytes] = {}
    directory = ""
    complaints = reading.complaints
    bad_lines = 0
    for number, line in enumerate(BytesIO(data), 1):
        if number > limits.DATABASE_LINES or reading.records > limits.PACKAGES_PER_FILE:
            complaints.add("more lines or packages than are read: the rest was left out", what="limit-reached")
            break
        letter = line[0]  # a line has at least its newline
        if letter in _SKIPPED and line[1] == _COLON:
            continue
        line = line.rstrip(b"\r\n")
        if not line:
            if fields:
                _finish(fields, reading)
                fields = {}
                directory = ""
            continue
        if len(line) < 2 or line[1] != _COLON:
            bad_lines += 1
            continue
        if letter == 0x52 and fields:  # R: a file in the last F:
            if len(line) <= limits.PATH_BYTES and len(reading.owned) < limits.OWNED_PER_FILE:
                path = (directory + line[2:].decode("utf-8", "replace")).lstrip("/")
                if claimable(path):
                    reading.owned[path] = None
        elif letter == 0x46:  # F:
            name = line[2 : limits.PATH_BYTES].decode("utf-8", "replace").strip("/")
            directory = f"{name}/" if name else ""
        elif letter in _KEPT:
            if letter in fields:
                # the blank line between two records is gone: do not let the second hide the first
                complaints.add(f"line {number}: {chr(letter)}: for a second time in one record")
                if letter == 0x50:
                    _finish(fields, reading)
                    fields = {}
            if len(line) > limits.LINE_BYTES:
                complaints.add(f"line {number}: {len(line)} bytes, more than a line may have")
            else:
                fields[letter] = line[2:]
        else:
            fields.setdefault(0, b"")  # not kept, but a record is under way
    if bad_lines:
        complaints.add(f"{bad_lines} lines are not of the form LETTER:value")
    if fields:
        # apk writes a blank line after every record: without one the end of the file is missing
        complaints.add("the last record has no end: the file was cut short")
        _finish(fields, reading)


def _finish(fields: dict[int, bytes], reading: _Reading) -> None:
    reading.records += 1
    try:
        fact = _package(fields)
    except Malformed as error:
        reading.complaints.add(f"record {reading.records}: {error.what}")
        return
    key = (fact.name, fact.arch, fact.version)
    reading.packages[key] = fact
    reading.requires[key] = _words(_DEPENDENCY, fields.get(0x44, b""))
    reading.providers[fact.name] = fact.name
    for name in _words(_PROVIDED, fields.get(0x70, b"")):
        reading.providers.setdefault(name, fact.name)


def _package(fields: dict[int, bytes]) -> PackageFact:
    name = word(fields.get(0x50, b""), "package name")
    full = version(fields.get(0x56, b""))
    licence = phrase(fields.get(0x4C, b""))
    return PackageFact(
        type="apk",
        name=name,
        version=full,
        arch=word(fields[0x41], "architecture", 64) if fields.get(0x41) else "",
        source_name=word(fields[0x6F], "origin name") if fields.get(0x6F) else name,
        source_version=full,  # apk builds an origin and its subpackages at one version
        licenses=(licence,) if licence else (),
        origin=phrase(fields.get(0x6D, b"")),
    )


def _words(pattern: re.Pattern[bytes], value: bytes) -> tuple[str, ...]:
    matches = map(pattern.fullmatch, value.split()[: limits.DEPENDS_PER_PACKAGE])
    return tuple(dict.fromkeys(match[1].decode("utf-8", "replace") for match in matches if match is not None))


def _resolved(requires: tuple[str, ...], providers: dict[str, str]) -> tuple[str, ...]:
    """Names of installed packages instead of what they provide; what nobody provides stays as recorded."""
    return tuple(dict.fromkeys(providers.get(name, name) for name in requires))


ANALYZER = Analyzer(
    id=_ID,
    version=4,
    wants=Wants(paths=frozenset({"lib/apk/db/installed", "usr/lib/apk/db/installed"})),
    extract=extract,
    max_bytes=limits.PARSED_FILE_BYTES,
)
