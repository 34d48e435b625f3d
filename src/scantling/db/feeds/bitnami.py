"""Bitnami's advisories about the software it packages, from OSV's export, for two uses.

Under ``bitnami``: its own packages (``pkg:bitnami/nginx``), as the documents in its images name them. Under
``generic``: the same software compiled from source, for the names in ``db.names.UPSTREAM_SOFTWARE``. Bitnami writes
ranges in upstream's versions (its revisions, "1.25.3-2", are beside them), so they hold for every build of upstream's
source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.names import UPSTREAM_SOFTWARE
from scantling.db.records import Record, Rejected, Stamp, Statement
from scantling.model.advisory import Advisory

from .feed import Feed, FeedFile
from .osv import export
from .osv_record import OsvAffected, OsvRecord, date, ranges, records, severity_word, vulnerability

_FEED = "osv-bitnami"
_ECOSYSTEM = "Bitnami"


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    """Statements about each component, and what the records say of each vulnerability."""
    for record in records(blob):
        if isinstance(record, Rejected):
            yield record
        else:
            yield from _record(record)


def _record(record: OsvRecord) -> Iterator[Record]:
    if stamp := date(record.modified):
        yield Stamp(stamp)
    by_name: dict[str, list[OsvAffected]] = {}
    for affected in record.affected or ():
        if affected.package and affected.package.ecosystem == _ECOSYSTEM:
            by_name.setdefault(affected.package.name, []).append(affected)
    for name, blocks in sorted(by_name.items()):
        found = tuple(dict.fromkeys(bounds for block in blocks for bounds in ranges(block)))
        listed = tuple(sorted({version for block in blocks for version in block.versions or ()}))
        if not found and not listed:
            continue
        advisory = Advisory(
            record.id, _FEED, "release", found, listed,
            status="fixed" if any(bounds.fixed for bounds in found) else "affected", severity=severity_word(record),
        )  # fmt: skip
        yield Statement("bitnami", name, advisory)
        for generic in UPSTREAM_SOFTWARE.get(name, ()):
            yield Statement("generic", generic, advisory)
    if by_name:
        yield vulnerability(record, _FEED)


FEEDS = (Feed(_FEED, (export(_ECOSYSTEM),), parse, "Apache-2.0", ecosystems=("bitnami", "generic"), rank=25),)
