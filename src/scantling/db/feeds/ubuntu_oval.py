"""Ubuntu's security notices, as OVAL: fixes only, by binary package. For releases whose triage is not to be had.

The statements stand under "binary:NAME", since Ubuntu's other feed goes by source package (``match.lookup``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record, Statement
from scantling.db.severity import from_word
from scantling.model.advisory import Advisory

from . import oval
from .feed import Feed, FeedFile
from .ubuntu import PRO

BINARY = "binary:"
_RELEASES = {"24.04": "noble", "26.04": "resolute"}


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    document = oval.read(blob)
    ecosystem = f"ubuntu:{file.key}"
    yield Covers(ecosystem)
    yield from oval.stamp(document)
    for definition in document.definitions:
        packages = document.packages(definition)
        for name, _, bounds, arches in packages:
            note = PRO if "esm" in bounds.fixed else definition.erratum
            for identity in definition.cves:
                severity = definition.words.get(identity) or from_word(definition.severity)
                advisory = Advisory(
                    identity,
                    "ubuntu-oval",
                    "deb",
                    (bounds,),
                    status="fixed",
                    severity=severity,
                    arches=arches,
                    note=note,
                )
                yield Statement(ecosystem, BINARY + name, advisory)
        if packages:
            yield from oval.vulnerabilities(definition, definition.cves, "ubuntu")


FEEDS = (
    Feed(
        "ubuntu-oval",
        tuple(
            FeedFile(
                f"ubuntu/oval/com.ubuntu.{codename}.usn.oval.xml",
                f"https://security-metadata.canonical.com/oval/com.ubuntu.{codename}.usn.oval.xml.bz2",
                release, optional=True,
            )
            for release, codename in _RELEASES.items()
        ),
        parse,
        "CC-BY-SA-4.0",
        ecosystems=tuple(f"ubuntu:{release}" for release in _RELEASES),
        rank=60,
    ),
)  # fmt: skip
