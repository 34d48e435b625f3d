"""Alpine's security database and the feeds in its layout (Wolfi, Chainguard): for each origin package, the version
that fixed each problem. They list fixes only: what is not fixed is not in them. Version "0" = was never affected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from scantling.db.records import Covers, Record, Rejected, Stamp, Statement
from scantling.model.advisory import Advisory, Range, Vulnerability
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line, whole
from .osv import export
from .osv_record import date, records

_NEWEST_ALPINE = 26  # branches that do not exist yet are simply absent
_IDENTITY = re.compile(r"[A-Za-z][A-Za-z0-9]{1,30}-[A-Za-z0-9][A-Za-z0-9_.-]{1,80}")


class _Package(msgspec.Struct):
    name: str
    secfixes: dict[str, list[str] | None] = {}


class _Entry(msgspec.Struct):
    pkg: _Package


class _Secdb(msgspec.Struct):
    packages: list[_Entry]


_decode = msgspec.json.Decoder(_Secdb).decode


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    """Statements under the ecosystem ``file.key``."""
    if file.path.endswith(".zip"):
        yield from _aliases(blob)
        return
    try:
        database = _decode(whole(blob))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"not a secdb: {line(str(error), 200)}") from error
    feed = file.key.partition(":")[0]
    yield Covers(file.key)
    for entry in database.packages:
        for fixed, listed in entry.pkg.secfixes.items():
            if fixed == "0":
                continue
            for text in listed or ():
                identities = split_ids(text)
                if not identities and not text.startswith("CGA-"):
                    yield Rejected(clip(f"{entry.pkg.name} {fixed}", 200), f"no identifier in {clip(text, 80)!r}")
                for vulnerability in identities:
                    advisory = Advisory(vulnerability.id, feed, "apk", (Range(fixed=fixed),), status="fixed")
                    yield Statement(file.key, entry.pkg.name, advisory)
                    yield vulnerability


def split_ids(text: str) -> tuple[Vulnerability, ...]:
    """The problems that one id string names: "CVE-2020-11501 GNUTLS-SA-2020-03-31" is one with two names. Chainguard's
    own CGA ids always stand beside the CVE or GHSA that they are about, and are left out."""
    found = list(dict.fromkeys(_IDENTITY.findall(text[:4096])))
    names = [name for name in found if not name.startswith("CGA-")]
    cves = [name for name in names if name.startswith("CVE-")]
    if len(cves) > 1:
        return tuple(Vulnerability(cve) for cve in cves)
    if not names:
        return ()
    identity = cves[0] if cves else names[0]
    return (Vulnerability(identity, aliases=tuple(sorted(name for name in names if name != identity))),)


def _aliases(blob: BinaryIO) -> Iterator[Record]:
    """Which GHSA is which CVE, from the records that name one of each."""
    for record in records(blob):
        if isinstance(record, Rejected):
            yield record
            continue
        if stamp := date(record.modified):
            yield Stamp(stamp)
        names = {*(record.upstream or ()), *(record.aliases or ())}
        cves = sorted(name for name in names if name.startswith("CVE-"))
        others = sorted(name for name in names if name.startswith("GHSA-"))
        if len(cves) == 1:
            for other in others:
                yield Vulnerability(cves[0], aliases=(other,))
                yield Vulnerability(other, aliases=(cves[0],))


def _alpine() -> Iterator[FeedFile]:
    for branch in [*(f"v3.{minor}" for minor in range(10, _NEWEST_ALPINE + 1)), "edge"]:
        for repository in ("main", "community"):
            path = f"{branch}/{repository}.json"
            key = f"alpine:{branch.removeprefix('v')}"
            yield FeedFile(f"alpine-secdb/{path}", f"https://secdb.alpinelinux.org/{path}", key, optional=True)


FEEDS = (
    Feed("alpine", tuple(_alpine()), parse, "Alpine Linux security database", rank=60),
    Feed(
        "wolfi",
        (
            FeedFile("wolfi/os/security.json", "https://packages.wolfi.dev/os/security.json", "wolfi"),
            FeedFile("osv/Wolfi/all.zip", export("Wolfi").url, "wolfi", optional=True),
        ),
        parse,
        "Apache-2.0",
        ecosystems=("wolfi",),
        rank=60,
    ),
    Feed(
        "chainguard",
        (FeedFile("chainguard/security.json", "https://packages.cgr.dev/chainguard/security.json", "chainguard"),),
        parse,
        "Chainguard security feed",
        ecosystems=("chainguard",),
        rank=60,
    ),
)
