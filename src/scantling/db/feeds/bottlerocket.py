"""Bottlerocket's advisories, as one updateinfo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record

from . import updateinfo
from .feed import Feed, FeedFile


def parse(_: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    yield Covers("bottlerocket")
    yield from updateinfo.statements(blob, "bottlerocket", "bottlerocket")


FEEDS = (
    Feed(
        "bottlerocket",
        (
            FeedFile(
                "bottlerocket/updateinfo.xml", "https://advisories.bottlerocket.aws/updateinfo.xml.gz", optional=True
            ),
        ),
        parse,
        "Apache-2.0 OR MIT",
        ecosystems=("bottlerocket",),
        rank=60,
    ),
)
