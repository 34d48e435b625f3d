"""Arch Linux's security tracker: groups of issues (AVG), each with the packages, the status and the fixed version.

"affected" is the version that was looked at when the group was opened; older ones are affected too. "Testing" is fixed
in the testing repository only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from scantling.db.records import Covers, Record, Rejected, Statement
from scantling.db.severity import from_word
from scantling.guard import limits
from scantling.model.advisory import Advisory, Range, Vulnerability
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line, whole

_STATUS = {"Fixed": "fixed", "Testing": "affected", "Vulnerable": "affected", "Unknown": "under_investigation"}


class _Group(msgspec.Struct):
    name: str
    packages: list[str] = []
    status: str = ""
    severity: str = ""
    type: str = ""
    fixed: str | None = None
    issues: list[str] = []


_decode = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_group = msgspec.json.Decoder(_Group).decode


def parse(_: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    try:
        groups = _decode(whole(blob))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"not the tracker's JSON: {line(str(error), 200)}") from error
    yield Covers("arch")
    for number, raw in enumerate(groups):
        try:
            group = _decode_group(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield Rejected(f"group {number}", line(str(error), 200))
            continue
        if group.status == "Not affected":
            continue
        if group.status not in _STATUS:
            yield Rejected(clip(group.name, 200), f"unknown status {clip(group.status, 40)!r}")
            continue
        fixed = group.fixed or ""
        testing = group.status == "Testing"
        bounds = Range(fixed=fixed) if fixed and not testing else Range()
        status = "fixed" if bounds.fixed else "affected" if group.status == "Fixed" else _STATUS[group.status]
        for identity in sorted(set(group.issues)) or [group.name]:
            for package in sorted(set(group.packages)):
                advisory = Advisory(
                    identity, "arch", "alpm", (bounds,), status=status, severity=from_word(group.severity),
                    note=f"{group.name}: fixed in testing by {fixed}" if testing else group.name,
                )  # fmt: skip
                yield Statement("arch", package, advisory)
            link = f"https://security.archlinux.org/{identity}"
            yield Vulnerability(identity, title=line(group.type, limits.TITLE_CHARS), references=(link,))


FEEDS = (
    Feed(
        "arch",
        (FeedFile("arch/issues/all.json", "https://security.archlinux.org/issues/all.json", optional=True),),
        parse,
        "Arch Linux security tracker",
        ecosystems=("arch",),
        rank=70,
    ),
)
