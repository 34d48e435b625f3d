"""CISA's Vulnrichment: the CVE records as their numbering authorities (CNA) and CISA (ADP) score them. The source of
severities for feeds that give none (Debian, Alpine). Upstream a zip of CVE records, in mirrors one slim record a
line."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from scantling.db import cvss
from scantling.db.records import Record, Rejected, Stamp
from scantling.db.severity import from_word
from scantling.guard import limits
from scantling.model.advisory import Cvss, Vulnerability
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line

_SOURCES = {"cna": "cna", "cisa": "cisa-adp"}  # best first
_VERSIONS = {"cvssV4_0": "4.0", "cvssV3_1": "3.1", "cvssV3_0": "3.0", "cvssV2_0": "2.0"}  # newest first


class _Score(msgspec.Struct):
    v: str
    s: float
    vec: str = ""
    sev: str | None = None


class _Slim(msgspec.Struct):
    id: str
    state: str = ""
    published: str | None = None
    cvss: dict[str, _Score] = {}
    cwe: list[str] = []
    desc: str | None = None


_decode = msgspec.json.Decoder(_Slim).decode


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    is_zip = blob.read(2) == b"PK"
    blob.seek(0)
    if is_zip:
        yield from _archive(blob)
        return
    number = 0
    while raw := blob.readline(limits.LINE_BYTES):
        number += 1
        try:
            record = _decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield Rejected(f"line {number}", line(str(error), 200))
            continue
        if record.state != "REJECTED":
            yield from _vulnerability(record)


def _vulnerability(record: _Slim) -> Iterator[Record]:
    scores: list[Cvss] = []
    severity = source = ""
    for key, name in _SOURCES.items():
        found = record.cvss.get(key)
        version = _VERSIONS.get(found.v, "") if found else ""
        if found is None or not version or not 0 <= found.s <= 10:
            continue
        scores.append(Cvss(name, version, line(found.vec, 300), found.s))
        if not severity:
            severity, source = from_word(found.sev) or cvss.rating(found.s, version), name
    published = line(record.published, 40)
    if published:
        yield Stamp(published)
    yield Vulnerability(
        id=record.id,
        description=clip((record.desc or "").strip(), limits.DESCRIPTION_CHARS),
        severity=severity,
        severity_source=source,
        cvss=tuple(scores),
        cwes=tuple(sorted({name for name in record.cwe if name.startswith("CWE-")})),
        published=published,
    )


def _archive(blob: BinaryIO) -> Iterator[Record]:
    try:
        with zipfile.ZipFile(blob) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            if len(members) > limits.FEED_ARCHIVE_ENTRIES:
                raise Malformed(f"the archive has {len(members)} entries")
            for member in members:
                if "/CVE-" in member.filename and member.filename.endswith(".json"):
                    with archive.open(member) as stream:
                        data = stream.read(limits.FEED_RECORD_BYTES + 1)
                    try:
                        slim = _slim(msgspec.json.decode(data))
                    except (
                        msgspec.MsgspecError,
                        UnicodeDecodeError,
                        RecursionError,
                        AttributeError,
                        TypeError,
                        KeyError,
                        ValueError,
                    ):
                        yield Rejected(clip(member.filename, 200), "not a CVE record")
                        continue
                    if slim is not None:
                        yield from _vulnerability(slim)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Malformed(f"not a whole zip archive: {line(str(error), 200)}") from error


def _slim(record: Any) -> _Slim | None:
    """A CVE record (format 5.x) with only what is kept."""
    head = record["cveMetadata"]
    if head.get("state") != "PUBLISHED":
        return None
    cna = record["containers"].get("cna", {})
    adp = [found for found in record["containers"].get("adp", []) if "CISA" in str(found.get("title"))]
    slim = _Slim(str(head["cveId"]), "PUBLISHED", head.get("datePublished"))
    for key, container in (("cna", cna), *(("cisa", found) for found in adp)):
        for name in _VERSIONS:
            for metric in container.get("metrics", []):
                if name in metric and key not in slim.cvss:
                    found = metric[name]
                    slim.cvss[key] = _Score(
                        name, float(found["baseScore"]), str(found.get("vectorString", "")), found.get("baseSeverity")
                    )
        for problem in container.get("problemTypes", []):
            slim.cwe.extend(str(text["cweId"]) for text in problem.get("descriptions", []) if text.get("cweId"))
    slim.desc = next(
        (str(text.get("value")) for text in cna.get("descriptions", []) if str(text.get("lang")).startswith("en")), None
    )
    return slim


FEEDS = (
    Feed(
        "vulnrichment",
        (
            FeedFile(
                "vulnrichment/vulnrichment.jsonl",
                "https://github.com/cisagov/vulnrichment/archive/refs/heads/develop.zip",
            ),
        ),
        parse,
        "CC0-1.0",
        rank=10,
    ),
)
