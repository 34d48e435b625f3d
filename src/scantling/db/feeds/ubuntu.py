"""Ubuntu's own triage, from OSV's exports. Stored by CVE (the record's ``upstream``), with its priority and status.

A fix in Expanded Security Maintenance is only for subscribers of Ubuntu Pro, and the note says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from scantling.db.records import Covers, Record, Rejected, Stamp, Statement
from scantling.db.severity import from_word
from scantling.model.advisory import Advisory, Range

from .feed import Feed, FeedFile
from .osv import export
from .osv_record import OsvAffected, OsvRecord, date, ranges, records, vulnerability

RELEASES = ("16.04:LTS", "18.04:LTS", "20.04:LTS", "22.04:LTS", "24.04:LTS", "25.10", "26.04:LTS")
PRO = "needs Ubuntu Pro"
_STATUS = {
    "needs-triage": ("under_investigation", "not triaged yet"),
    "needed": ("affected", ""),
    "pending": ("affected", "a fix is prepared"),
    "ignored": ("will_not_fix", "ignored"),
    "deferred": ("fix_deferred", "deferred"),
    "not-affected": ("not_affected", ""),
    "DNE": ("not_affected", ""),
}


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    ecosystem = f"ubuntu:{file.key.split(':')[1]}"
    yield Covers(ecosystem)
    for record in records(blob):
        if isinstance(record, Rejected):
            yield record
        elif not record.id.startswith("USN-"):  # notices repeat the CVE records
            yield from _record(record, file.key, ecosystem)


def _record(record: OsvRecord, wanted: str, ecosystem: str) -> Iterator[Record]:
    if stamp := date(record.modified):
        yield Stamp(stamp)
    named = [found for found in (*(record.upstream or ()), *(record.aliases or ())) if found.startswith("CVE-")]
    identity = named[0] if named else record.id.removeprefix("UBUNTU-")
    priority = next((from_word(found.score) for found in record.severity or () if found.type == "Ubuntu"), "")
    by_name: dict[str, dict[tuple[str, str], list[Range]]] = {}
    for affected in record.affected or ():
        package = affected.package
        if package is None or package.ecosystem not in (wanted, wanted.replace("Ubuntu:", "Ubuntu:Pro:", 1)):
            continue
        status, note = _status(affected)
        if status != "not_affected":
            for bounds in ranges(affected):
                said = PRO if "esm" in bounds.fixed or package.ecosystem.startswith("Ubuntu:Pro") else note
                by_name.setdefault(package.name, {}).setdefault((status, said), []).append(bounds)
    for name, statements in sorted(by_name.items()):
        for (status, note), found in sorted(statements.items()):
            advisory = Advisory(
                identity, "ubuntu", "deb", tuple(dict.fromkeys(found)), status=status, severity=priority, note=note
            )
            yield Statement(ecosystem, name, advisory)
    if by_name:
        described = vulnerability(record, "ubuntu", identity)
        # the priority belongs to Ubuntu's packages, not to the CVE: it stays in the advisory
        plain = replace(described, aliases=(), severity="", severity_source="")
        yield replace(plain, references=(*plain.references, f"https://ubuntu.com/security/{identity}"))


def _status(affected: OsvAffected) -> tuple[str, str]:
    word = str((affected.ecosystem_specific or {}).get("status") or "").partition(" ")[0]
    if word in _STATUS:
        return _STATUS[word]
    return ("fixed" if any(bounds.fixed for bounds in ranges(affected)) else "affected", "")


FEEDS = (
    Feed(
        "ubuntu",
        tuple(replace(export(f"Ubuntu:{release}"), optional=True) for release in RELEASES),
        parse,
        "CC-BY-SA-4.0",
        ecosystems=tuple(f"ubuntu:{release.split(':')[0]}" for release in RELEASES),
        rank=60,
    ),
)
