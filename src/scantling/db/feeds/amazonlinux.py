"""Amazon Linux: the updateinfo of each release's core repository. Topics of "extras" have repositories of their own,
which are not read: their packages are judged by what the core repository says. Amazon Linux 1 has
ended, and is not served over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record

from . import updateinfo
from .feed import Feed, FeedFile

_RELEASES = {
    "2": "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list",
    "2023": "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list",
}


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    yield Covers(file.key)
    yield from updateinfo.statements(blob, file.key, "amazon")


FEEDS = (
    Feed(
        "amazon",
        tuple(
            FeedFile(
                f"amazon/{release}/updateinfo.xml", url, f"amazon:{release}", optional=True,
                via=("first-line", "updateinfo"),
            )
            for release, url in _RELEASES.items()
        ),
        parse,
        "Amazon Linux Security Center",
        ecosystems=tuple(f"amazon:{release}" for release in _RELEASES),
        rank=60,
    ),
)  # fmt: skip
