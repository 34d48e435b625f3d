"""Azure Linux and its forerunner CBL-Mariner, as OVAL. "Less than or equal" is a problem without a fix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record

from . import oval
from .feed import Feed, FeedFile

_UPSTREAM = "https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main"
_FILES = {
    "azurelinux:3.0": "azurelinux-3.0-oval.xml",
    "mariner:2.0": "cbl-mariner-2.0-oval.xml",
    "mariner:1.0": "cbl-mariner-1.0-oval.xml",
}


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    document = oval.read(blob)
    yield Covers(file.key)
    yield from oval.stamp(document)
    for definition in document.definitions:
        yield from oval.statements(document, definition, file.key, "azurelinux")


FEEDS = (
    Feed(
        "azurelinux",
        tuple(FeedFile(f"azurelinux/{name}", f"{_UPSTREAM}/{name}", key) for key, name in _FILES.items()),
        parse,
        "MIT",
        ecosystems=tuple(_FILES),
        rank=60,
    ),
)
