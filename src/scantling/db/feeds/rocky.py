"""Rocky Linux's errata, as OVAL. The release is the one that each definition names, not the one in the file's name:
files of one release have been published under another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record, Rejected

from . import oval
from .feed import Feed, FeedFile, clip

RELEASES = ("8", "9", "10")
_PLATFORM = re.compile(r"Rocky Linux ([0-9]{1,2})")
_CPE = re.compile(r"cpe:/o:rocky:rocky:([0-9]{1,2})(?:[.:]|\Z)")


def parse(_: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    document = oval.read(blob)
    yield from oval.stamp(document)
    seen: set[str] = set()
    for definition in document.definitions:
        releases = {found[1] for text in definition.platforms if (found := _PLATFORM.search(text))}
        issuer = _CPE.match(definition.issuer)
        if issuer and not releases:
            releases.add(issuer[1])
        if not releases:
            yield Rejected(clip(definition.id, 200), "names no release of Rocky Linux")
        for release in sorted(releases):
            if release not in seen:
                seen.add(release)
                yield Covers(f"rocky:{release}")
            yield from oval.statements(document, definition, f"rocky:{release}", "rocky")


def _file(release: str) -> FeedFile:
    name = f"org.rockylinux.rlsa-{release}.xml"
    url = f"https://dl.rockylinux.org/pub/oval/{name}.bz2"
    return FeedFile(f"rocky/oval/{name}", url, release, optional=True)


FEEDS = (
    Feed(
        "rocky", tuple(map(_file, RELEASES)), parse, "BSD-3-Clause",
        ecosystems=tuple(f"rocky:{release}" for release in RELEASES), rank=60,
    ),
)  # fmt: skip
