"""SUSE Linux Enterprise and openSUSE, as OVAL. A file holds every service pack; the products that a criterion asks for
say which one a fix is for. Only the server, its modules and its long-term support are what images are built from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record, Statement
from scantling.db.severity import from_word
from scantling.model.advisory import Advisory, Range

from . import oval
from .feed import Feed, FeedFile

_UPSTREAM = "https://ftp.suse.com/pub/projects/security/oval"
_SERVER = re.compile(
    r"SUSE Linux Enterprise (?:Server|Module for [A-Za-z ,&/-]{1,80}|Base Container Images)"
    r" ([0-9]{2}(?:\.[0-9])?)(?: SP([0-9]))?(-LTSS|-ESPOS| LTSS)?"
)
_LEAP = re.compile(r"openSUSE Leap ([0-9]{2}\.[0-9])")
LTSS = "needs SUSE's long-term support"
_FILES = {
    "sles:15": "suse.linux.enterprise.server.15",
    "sles:12": "suse.linux.enterprise.server.12",
    "opensuse-leap:15.6": "opensuse.leap.15.6",
    "opensuse-leap:15.5": "opensuse.leap.15.5",
    "opensuse-leap:15.4": "opensuse.leap.15.4",
    "opensuse-tumbleweed": "opensuse.tumbleweed",
}


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    document = oval.read(blob)
    yield from oval.stamp(document)
    seen: set[str] = {file.key} if not file.key.startswith("sles") else set()
    for ecosystem in sorted(seen):
        yield Covers(ecosystem)
    for definition in document.definitions:
        severity = from_word(definition.severity)
        stated = _statements(document, definition)
        for ecosystem, name, bounds, arches, note in stated:
            if ecosystem not in seen:
                seen.add(ecosystem)
                yield Covers(ecosystem)
            for identity in definition.cves:
                advisory = Advisory(
                    identity, "suse", "rpm", (bounds,), status="fixed" if bounds.fixed else "affected",
                    severity=severity, arches=arches, note=note,
                )  # fmt: skip
                yield Statement(ecosystem, name, advisory)
        if stated:
            yield from oval.vulnerabilities(definition, definition.cves, "suse")


def _statements(
    document: oval.Document, definition: oval.Definition
) -> list[tuple[str, str, Range, tuple[str, ...], str]]:
    """(ecosystem, package, range, architectures, note). Long-term support speaks only where general support does not:
    its later rebuild is no news to who has the earlier fix."""
    found: set[tuple[str, str, Range, tuple[str, ...], str]] = set()
    for name, _, bounds, arches, platforms in document.on_platforms(definition):
        for platform in platforms or definition.platforms:
            for ecosystem, note in _release(platform):
                found.add((ecosystem, name, bounds, arches, note))
    general = {(ecosystem, name) for ecosystem, name, _, _, note in found if not note}
    return sorted((row for row in found if not row[4] or row[:2] not in general), key=repr)


def _release(platform: str) -> list[tuple[str, str]]:
    if server := _SERVER.fullmatch(platform):
        number = f"{server[1]}.{server[2]}" if server[2] else server[1]
        return [(f"sles:{number}", LTSS if server[3] else "")]
    if leap := _LEAP.fullmatch(platform):
        return [(f"opensuse-leap:{leap[1]}", "")]
    return [("opensuse-tumbleweed", "")] if platform == "openSUSE Tumbleweed" else []


FEEDS = (
    Feed(
        "suse",
        tuple(
            FeedFile(f"suse/oval/{name}.xml", f"{_UPSTREAM}/{name}.xml.gz", key, optional=True)
            for key, name in _FILES.items()
        ),
        parse,
        "CC-BY-NC-4.0",
        ecosystems=("sles:12.5", *(f"sles:15.{pack}" for pack in range(3, 8)), *list(_FILES)[2:]),
        rank=60,
    ),
)
