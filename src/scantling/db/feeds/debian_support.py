"""Debian source packages whose security support ended before the release's, and those with limited support: the lists
of the package debian-security-support. Stored as cycles of the product "debian-security-support:12" (":limited"):
``cycle`` is the source package (".*" at its end stands for any rest), ``eol`` the last day, ``latest`` the last
supported version, ``codename`` the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Record, Rejected
from scantling.guard import limits
from scantling.model.advisory import EolCycle
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line, whole

PRODUCT = "debian-security-support:"
RELEASES = ("11", "12", "13")
_UPSTREAM = "https://salsa.debian.org/debian/debian-security-support/-/raw/master"
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]{0,200}\*?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    text = whole(blob, limits.SETTINGS_BYTES).decode("utf-8", "replace")
    if "\0" in text or text.lstrip().startswith("<"):
        raise Malformed("not a list of packages")
    limited = file.key == "limited"
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        words = raw.split(None, 1 if limited else 3)
        name = words[0]
        if not _NAME.fullmatch(name) or (not limited and (len(words) < 3 or not _DATE.fullmatch(words[2]))):
            yield Rejected(f"line {number}", clip(line(raw, 200), 200))
            continue
        reason = line(words[-1], limits.TITLE_CHARS) if len(words) > (1 if limited else 3) else ""
        if limited:
            yield EolCycle(PRODUCT + "limited", name, codename=reason)
        else:
            yield EolCycle(PRODUCT + file.key, name, codename=reason, eol=words[2], latest=line(words[1], 100))


FEEDS = (
    Feed(
        "debian-support",
        (
            *(
                FeedFile(
                    f"debian/security-support/security-support-ended.deb{release}",
                    f"{_UPSTREAM}/security-support-ended.deb{release}", release, optional=True,
                )
                for release in RELEASES
            ),
            FeedFile(
                "debian/security-support/security-support-limited",
                f"{_UPSTREAM}/security-support-limited", "limited", optional=True,
            ),
        ),
        parse,
        "GPL-2+",
    ),
)  # fmt: skip
