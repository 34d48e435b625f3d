"""Debian's security tracker: one JSON file, by source package, CVE and release.

"resolved" with fixed version "0" says that the release was never affected. "unimportant" is Debian's word for what it
does not take for a security problem. A CVE that the file does not name is unknown, not absent."""

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

# testing has no VERSION_ID before its release: its images are known by codename
RELEASES = {
    "buster": "debian:10", "bullseye": "debian:11", "bookworm": "debian:12", "trixie": "debian:13",
    "forky": "debian:forky", "sid": "debian:sid",
}  # fmt: skip


class _Release(msgspec.Struct):
    status: str
    fixed_version: str = ""
    urgency: str = ""
    nodsa: str | None = None
    nodsa_reason: str | None = None


class _Cve(msgspec.Struct):
    releases: dict[str, _Release] = {}
    description: str | None = None


_decode = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]]).decode
_decode_cve = msgspec.json.Decoder(_Cve).decode


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    try:
        tracker = _decode(whole(blob))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"not the tracker's JSON: {line(str(error), 200)}") from error
    described: set[str] = set()
    releases: set[str] = set()
    for source in sorted(tracker):
        for identity, raw in sorted(tracker[source].items()):
            if identity.startswith(("DSA-", "DLA-")):
                continue  # these repeat CVEs
            try:
                found = _decode_cve(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                yield Rejected(clip(f"{source} {identity}", 200), line(str(error), 200))
                continue
            for codename, release in sorted(found.releases.items()):
                if codename in RELEASES:
                    releases.add(RELEASES[codename])
                    yield from _statement(source, identity, RELEASES[codename], release)
            if identity not in described:
                described.add(identity)
                link = f"https://security-tracker.debian.org/tracker/{identity}"
                text = clip((found.description or "").strip(), limits.DESCRIPTION_CHARS)
                text = "" if text == "security update" else text  # the tracker's word for "not described yet"
                yield Vulnerability(identity, description=text, references=(link,))
    for ecosystem in sorted(releases):
        yield Covers(ecosystem)


def _statement(source: str, identity: str, ecosystem: str, release: _Release) -> Iterator[Record]:
    severity = from_word(release.urgency)
    if release.status == "resolved":
        if not release.fixed_version:
            yield Rejected(clip(f"{source} {identity} {ecosystem}", 200), "resolved, but in no version")
        elif release.fixed_version != "0":
            fixed = (Range(fixed=release.fixed_version),)
            yield Statement(
                ecosystem, source, Advisory(identity, "debian", "deb", fixed, status="fixed", severity=severity)
            )
        return
    if release.status not in ("open", "undetermined"):
        yield Rejected(clip(f"{source} {identity} {ecosystem}", 200), f"unknown status {clip(release.status, 40)!r}")
        return
    status, note = _open_status(release)
    advisory = Advisory(identity, "debian", "deb", (Range(),), status=status, severity=severity, note=note)
    yield Statement(ecosystem, source, advisory)


def _open_status(release: _Release) -> tuple[str, str]:
    if release.status == "undetermined":
        return "under_investigation", ""
    if "end-of-life" in release.urgency:
        return "end_of_life", "not supported in this release"
    if release.nodsa is None and not release.nodsa_reason:
        return "affected", ""
    note = line(release.nodsa, limits.TITLE_CHARS)
    return ("will_not_fix" if release.nodsa_reason == "ignored" else "fix_deferred"), note


FEEDS = (
    Feed(
        "debian",
        (FeedFile("debian/tracker/data/json", "https://security-tracker.debian.org/tracker/data/json"),),
        parse,
        "MIT",
        ecosystems=tuple(sorted(RELEASES.values())),
        rank=40,
    ),
)
