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


def extract(file: FileView) -> Iterable[Extracted]:
    """The packages of the database with their owned paths; bad headers and pages become gaps, the others stay."""
    complaints = Complaints(file.path)
    name = file.path[file.path.rfind("/") + 1 :]
    if name == _WAL:
        sqlite.wal_gaps(file.data, complaints)
        return complaints.gaps()
    return package.facts(_ID, file.path, _READERS[name](file.data, complaints), complaints)


ANALYZER = Analyzer(
    id=_ID,
    version=4,
    wants=Wants(paths=frozenset(f"{folder}/{name}" for folder in _DIRECTORIES for name in (*_READERS, _WAL))),
    extract=extract,
    max_bytes=limits.DATABASE_FILE_BYTES,
)
