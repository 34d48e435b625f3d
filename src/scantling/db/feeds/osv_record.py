"""OSV records (OSV schema 1.7): decoding, ranges, severities. Which records count is each ecosystem's own matter."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from scantling.db import cvss
from scantling.db.records import Rejected
from scantling.db.severity import from_word
from scantling.guard import limits
from scantling.model.advisory import Cvss, Range, Vulnerability
from scantling.model.errors import Malformed

from .feed import clip, line


class OsvPackage(msgspec.Struct):
    ecosystem: str = ""
    name: str = ""


class OsvRange(msgspec.Struct):
    type: str = ""
    events: list[dict[str, str]] = []


class OsvSeverity(msgspec.Struct):
    type: str = ""
    score: str = ""


class OsvAffected(msgspec.Struct):
    package: OsvPackage | None = None
    ranges: list[OsvRange] | None = None
    versions: list[str] | None = None
    severity: list[OsvSeverity] | None = None
    ecosystem_specific: dict[str, Any] | None = None
    database_specific: dict[str, Any] | None = None


class OsvReference(msgspec.Struct):
    url: str = ""


class OsvRecord(msgspec.Struct):
    id: str
    modified: str = ""
    published: str = ""
    withdrawn: str | None = None
    aliases: list[str] | None = None
    related: list[str] | None = None
    upstream: list[str] | None = None
    summary: str | None = None
    details: str | None = None
    severity: list[OsvSeverity] | None = None
    affected: list[OsvAffected] | None = None
    references: list[OsvReference] | None = None
    database_specific: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(OsvRecord).decode


def records(blob: BinaryIO) -> Iterator[OsvRecord | Rejected]:
    """Every record of an ``all.zip``, in order of name, withdrawn ones left out. Raises ``Malformed``."""
    try:
        with zipfile.ZipFile(blob) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            if len(members) > limits.FEED_ARCHIVE_ENTRIES:
                raise Malformed(
                    f"the archive has {len(members)} entries, at most {limits.FEED_ARCHIVE_ENTRIES} are read"
                )
            for member in members:
                if member.filename.endswith(".json"):
                    yield from _member(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the archive
        raise Malformed(f"not a whole zip archive: {error}") from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[OsvRecord | Rejected]:
    with archive.open(member) as stream:
        data = stream.read(limits.FEED_RECORD_BYTES + 1)
    if len(data) > limits.FEED_RECORD_BYTES:
        yield Rejected(clip(member.filename, 200), f"longer than {limits.FEED_RECORD_BYTES} bytes")
        return
    try:
        record = _decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        yield Rejected(clip(member.filename, 200), line(str(error), 200))
        return
    if not record.id:
        yield Rejected(clip(member.filename, 200), "no id")
    elif not record.withdrawn:
        yield record


def ranges(affected: OsvAffected) -> tuple[Range, ...]:
    """The version ranges of one block; GIT ranges say nothing about versions.

    Events are paired as they are listed, which is in version order in every export; of several ends after one start
    the first decides, as in OSV's own evaluation. An end without a start begins at the beginning.
    """
    found: list[Range] = []
    for listed in affected.ranges or ():
        if listed.type not in ("SEMVER", "ECOSYSTEM"):
            continue
        start: str | None = None
        ended = False
        for event in listed.events:
            for kind, version in event.items():
                if kind == "introduced":
                    if start is not None and not ended:
                        continue  # already inside
                    start, ended = _from_zero(version), False
                elif kind in ("fixed", "last_affected") and not ended:
                    ends = Range(start or "", version) if kind == "fixed" else Range(start or "", "", version)
                    found.append(ends)
                    ended = True
        if start is not None and not ended:
            found.append(Range(start))
    return tuple(dict.fromkeys(found))


def _from_zero(version: str) -> str:
    return "" if version in ("0", "0.0.0-0") else version


def severity_word(record: OsvRecord) -> str:
    """The database's own word (GHSA), mapped; "" when it has none."""
    return from_word((record.database_specific or {}).get("severity"))


def scores(record: OsvRecord, source: str) -> tuple[Cvss, ...]:
    """The CVSS vectors with a score that can be computed (v2, v3)."""
    listed = list(record.severity or ())
    for affected in record.affected or ():
        listed.extend(affected.severity or ())
    found: dict[str, Cvss] = {}
    for severity in listed:
        score = cvss.base_score(severity.score) if severity.type.startswith("CVSS_V") else None
        if score is not None:
            found[severity.score] = Cvss(source, cvss.version_of(severity.score), severity.score, score)
    return tuple(found[vector] for vector in sorted(found))


def vulnerability(record: OsvRecord, source: str, identity: str = "", aliases: tuple[str, ...] = ()) -> Vulnerability:
    """What ``record`` says of the vulnerability itself, under ``identity`` (its own id by default)."""
    scored = scores(record, source)
    word = severity_word(record)
    if not word and scored:
        best = max(scored, key=lambda score: (score.version, score.score))
        word = cvss.rating(best.score, best.version)
    weaknesses = (record.database_specific or {}).get("cwe_ids") or ()
    return Vulnerability(
        id=identity or record.id,
        aliases=aliases or tuple(sorted({alias for alias in record.aliases or () if alias != record.id})),
        title=line(record.summary, limits.TITLE_CHARS),
        description=clip((record.details or "").strip(), limits.DESCRIPTION_CHARS),
        severity=word,
        severity_source=source if word else "",
        cvss=scored,
        cwes=tuple(sorted({cwe for cwe in weaknesses if isinstance(cwe, str)})),
        references=references(record),
        published=date(record.published),
    )


def references(record: OsvRecord) -> tuple[str, ...]:
    """The first web links."""
    urls = (found.url for found in record.references or () if found.url.startswith(("https://", "http://")))
    return tuple(dict.fromkeys(url for url in urls if len(url) <= limits.URL_CHARS))[: limits.REFERENCES]


def date(text: str) -> str:
    """``text``, or "" for the year 1, with which the Go database says that it does not know."""
    return "" if text.startswith("0001-") else text[:40]
