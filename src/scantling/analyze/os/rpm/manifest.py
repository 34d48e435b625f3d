"""``var/lib/rpmmanifest/container-manifest-2``: what Azure Linux (CBL-Mariner) leaves in its distroless images
instead of an rpm database.

One package a line, made by ``rpm -qa`` with ten fields between tabs: name, version-release, install time, build
time, vendor, epoch, size, architecture, epoch as a number, source rpm; "(none)" for what is absent.
"""

from __future__ import annotations

from collections.abc import Iterable

from scantling.analyze.os.text import Complaints, phrase, version, word
from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from .package import source_of

_ID = "rpm-manifest"
_FIELDS = 10


def extract(file: FileView) -> Iterable[Extracted]:
    """The packages of the list; lines of another form become gaps."""
    complaints = Complaints(file.path)
    packages: dict[PackageFact, None] = {}
    lines = [line for line in file.data[: limits.PARSED_FILE_BYTES].split(b"\n", limits.PACKAGES_PER_FILE) if line]
    if not lines:
        complaints.add("no package in this list: nothing is known about what is installed")
    for number, line in enumerate(lines, 1):
        try:
            packages[_package(line)] = None
        except Malformed as error:
            complaints.add(f"line {number}: {error.what}")
    yield FileFacts(file.path, _ID, packages=tuple(packages))
    yield from complaints.gaps()


def _package(line: bytes) -> PackageFact:
    if len(line) > limits.LINE_BYTES:
        raise Malformed(f"{len(line)} bytes, more than a line may have")
    fields = [b"" if field == b"(none)" else field for field in line.rstrip(b"\r").split(b"\t")]
    if len(fields) != _FIELDS:
        raise Malformed(f"{len(fields)} fields, not {_FIELDS}")
    full = version(fields[1])
    epoch = word(fields[8], "epoch", 10) if fields[8] else "0"
    source_name, source_version = source_of(phrase(fields[9]))
    return PackageFact(
        type="rpm",
        name=word(fields[0], "package name"),
        version=full if epoch == "0" else f"{epoch}:{full}",
        arch=word(fields[7], "architecture", 64) if fields[7] else "",
        source_name=source_name,
        source_version=source_version,
        origin=phrase(fields[4]),
    )


ANALYZER = Analyzer(
    id=_ID,
    version=4,
    wants=Wants(paths=frozenset({"var/lib/rpmmanifest/container-manifest-2"})),
    extract=extract,
    max_bytes=limits.PARSED_FILE_BYTES,
)
