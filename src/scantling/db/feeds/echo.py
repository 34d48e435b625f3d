"""Echo's advisories for its builds of Debian's source packages: {package: {CVE: {"fixed_version", "severity"}}}.
Without a fixed version the package is affected; "0" says that it never was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from scantling.db.records import Covers, Record, Rejected, Statement
from scantling.db.severity import from_word
from scantling.model.advisory import Advisory, Range
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line, whole


class _Fix(msgspec.Struct):
    fixed_version: str = ""
    severity: str | None = None


_decode = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]]).decode
_decode_fix = msgspec.json.Decoder(_Fix).decode


def parse(_: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    try:
        packages = _decode(whole(blob))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"not Echo's advisories: {line(str(error), 200)}") from error
    yield Covers("echo")
    for name, stated in sorted(packages.items()):
        for identity, raw in sorted(stated.items()):
            try:
                fix = _decode_fix(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                yield Rejected(clip(f"{name} {identity}", 200), line(str(error), 200))
                continue
            if fix.fixed_version != "0":
                status = "fixed" if fix.fixed_version else "affected"
                bounds = (Range(fixed=fix.fixed_version),)
                severity = from_word(fix.severity)
                yield Statement(
                    "echo", name, Advisory(identity, "echo", "deb", bounds, status=status, severity=severity)
                )


FEEDS = (
    Feed(
        "echo",
        (FeedFile("echo/data.json", "https://advisory.echohq.com/data.json", optional=True),),
        parse,
        "Echo security feed",
        ecosystems=("echo",),
        rank=70,
    ),
)
