"""Red Hat Enterprise Linux: errata that fix CVEs, as OVAL. What Red Hat has not fixed is not in these files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record

from . import oval
from .feed import Feed, FeedFile

RELEASES = ("7", "8", "9", "10")


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    document = oval.read(blob)
    ecosystem = f"rhel:{file.key}"
    yield Covers(ecosystem)
    yield from oval.stamp(document)
    for definition in document.definitions:
        if definition.cves:  # an erratum without a CVE is no security fix
            yield from oval.statements(document, definition, ecosystem, "redhat")


def _file(release: str) -> FeedFile:
    url = f"https://security.access.redhat.com/data/oval/v2/RHEL{release}/rhel-{release}.oval.xml.bz2"
    return FeedFile(f"redhat/oval/com.redhat.rhsa-RHEL{release}.xml", url, release, optional=True)


FEEDS = (
    Feed(
        "redhat", tuple(map(_file, RELEASES)), parse, "CC-BY-4.0",
        ecosystems=tuple(f"rhel:{release}" for release in RELEASES), rank=30,
    ),
)  # fmt: skip
