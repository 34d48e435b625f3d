"""The rpm database of an image, in whichever of its three formats."""

from __future__ import annotations

from collections.abc import Iterable

from scantling.analyze.os.text import Complaints
from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits

from . import bdb, ndb, package, sqlite

_ID = "rpm"
# usr/lib/sysimage since Fedora 36 and on SUSE; usr/share of rpm-ostree
_DIRECTORIES = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")
_READERS = {"rpmdb.sqlite": sqlite.blobs, "Packages.db": ndb.blobs, "Packages": bdb.blobs}
_WAL = "rpmdb.sqlite-wal"


DATABASES = frozenset(f"{folder}/{name}" for folder in _DIRECTORIES for name in _READERS)


def blobs_of(path: str, data: bytes, complaints: Complaints) -> Iterable[bytes]:
    """The headers in the database ``data`` at ``path``, one of ``DATABASES``. Raises ``Malformed``, at any point."""
    return _READERS[path[path.rfind("/") + 1 :]](data, complaints)


def extract(file: FileView) -> Iterable[Extracted]:
    """The packages of the database with their owned paths; bad headers and pages become gaps, the others stay."""
    complaints = Complaints(file.path)
    if file.path.endswith(f"/{_WAL}"):
        sqlite.wal_gaps(file.data, complaints)
        return complaints.gaps()
    return package.facts(_ID, file.path, blobs_of(file.path, file.data, complaints), complaints)


ANALYZER = Analyzer(
    id=_ID,
    version=4,
    wants=Wants(paths=DATABASES | {f"{folder}/{_WAL}" for folder in _DIRECTORIES}),
    extract=extract,
    max_bytes=limits.DATABASE_FILE_BYTES,
)
