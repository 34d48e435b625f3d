"""Photon OS, as OVAL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record

from . import oval
from .feed import Feed, FeedFile

RELEASES = ("3", "4", "5")


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    document = oval.read(blob)
    yield Covers(file.key)
    yield from oval.stamp(document)
    for definition in document.definitions:
        yield from oval.statements(document, definition, file.key, "photon")


def _file(release: str) -> FeedFile:
    path = f"photon/photon_oval_definitions/com.vmware.phsa-photon{release}.xml"
    return FeedFile(path, f"https://packages.broadcom.com/{path}.gz", f"photon:{release}.0", optional=True)


FEEDS = (
    Feed(
        "photon", tuple(map(_file, RELEASES)), parse, "Apache-2.0",
        ecosystems=tuple(f"photon:{release}.0" for release in RELEASES), rank=60,
    ),
)  # fmt: skip
