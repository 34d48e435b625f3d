"""AlmaLinux's security errata, from OSV. Stored by CVE: the record's ``related`` list; the erratum goes in the note.

Bug-fix and enhancement errata (ALBA, ALEA) are not vulnerabilities. Builds of module streams carry "module_el" in
their release; the stream's name is only in the summary ("nodejs:18 security update")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record, Rejected, Stamp, Statement
from scantling.db.severity import from_word
from scantling.model.advisory import Advisory, Range, Vulnerability

from .feed import Feed, FeedFile
from .osv import export
from .osv_record import OsvRecord, date, ranges, records, references, vulnerability

RELEASES = ("8", "9", "10")
_STREAM = re.compile(r"\b([a-z][A-Za-z0-9_.+-]{0,60}:[A-Za-z0-9][A-Za-z0-9_.+-]{0,40})")
_WORD = re.compile(r"(Critical|Important|Moderate|Low): ")


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    release = file.key.removeprefix("AlmaLinux:")
    ecosystem = f"almalinux:{release}"
    yield Covers(ecosystem)
    for record in records(blob):
        if isinstance(record, Rejected):
            yield record
            continue
        if stamp := date(record.modified):
            yield Stamp(stamp)
        if record.id.startswith("ALSA-"):
            yield from _erratum(record, file.key, ecosystem)


def _erratum(record: OsvRecord, wanted: str, ecosystem: str) -> Iterator[Record]:
    cves = sorted({found for found in (*(record.related or ()), *(record.aliases or ())) if found.startswith("CVE-")})
    summary = record.summary or ""
    word = _WORD.match(summary)
    severity = from_word(word[1]) if word else ""
    stream = _STREAM.search(summary[word.end() :] if word else summary)
    by_package: dict[tuple[str, str], list[Range]] = {}
    for affected in record.affected or ():
        if affected.package is None or affected.package.ecosystem != wanted:
            continue
        for bounds in ranges(affected):
            module = stream[1] if stream and ".module_el" in bounds.fixed else ""
            by_package.setdefault((affected.package.name, module), []).append(bounds)
    for (name, module), bounds_list in sorted(by_package.items()):
        for identity in cves or [record.id]:
            yield Statement(
                ecosystem,
                name,
                Advisory(
                    identity, "almalinux", "rpm", tuple(dict.fromkeys(bounds_list)), status="fixed",
                    severity=severity, module=module, note=record.id,
                ),
            )  # fmt: skip
    if not by_package:
        return
    if cves:
        links = references(record)
        for cve in cves:
            yield Vulnerability(cve, references=links, published=date(record.published))
    else:
        yield vulnerability(record, "almalinux")


FEEDS = (
    Feed(
        "almalinux",
        tuple(export(f"AlmaLinux:{release}") for release in RELEASES),
        parse,
        "MIT",
        ecosystems=tuple(f"almalinux:{release}" for release in RELEASES),
        rank=60,
    ),
)
