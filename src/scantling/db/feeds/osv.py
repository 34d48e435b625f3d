"""The language ecosystems, from OSV's exports: PyPI, npm, Maven, Go, RubyGems, crates.io, Packagist, NuGet, Hackage,
Hex, Pub, SwiftURL, CRAN and Julia. Malicious packages (MAL-*) are kept, as critical; RustSec's notices (unmaintained
and the like) are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from scantling.db.names import fold
from scantling.db.records import Record, Rejected, Stamp, Statement
from scantling.model.advisory import Advisory

from .feed import Feed, FeedFile
from .osv_record import OsvAffected, OsvRecord, date, ranges, records, severity_word, vulnerability
from .osv_versions import beyond_ranges

_UPSTREAM = "https://osv-vulnerabilities.storage.googleapis.com"

# OSV's name -> (ecosystem key, version scheme, licence)
_ECOSYSTEMS = {
    "PyPI": ("pypi", "pep440", "CC-BY-4.0"),
    "npm": ("npm", "npm", "CC-BY-4.0"),
    "Maven": ("maven", "maven", "CC-BY-4.0"),
    "Go": ("golang", "go", "CC-BY-4.0"),
    "RubyGems": ("gem", "gem", "CC-BY-4.0"),
    "crates.io": ("cargo", "cargo", "CC0-1.0"),
    "Packagist": ("composer", "composer", "CC-BY-4.0"),
    "NuGet": ("nuget", "nuget", "CC-BY-4.0"),
    "Hackage": ("hackage", "hackage", "CC0-1.0"),
    "Hex": ("hex", "hex", "CC-BY-4.0"),
    "Pub": ("pub", "pub", "CC-BY-4.0"),
    "SwiftURL": ("swift", "semver", "CC-BY-4.0"),
    "CRAN": ("cran", "cran", "Apache-2.0"),
    "Julia": ("julia", "julia", "CC-BY-4.0"),
}


def export(ecosystem: str) -> FeedFile:
    """OSV's export of one ecosystem."""
    return FeedFile(f"osv/{ecosystem}/all.zip", f"{_UPSTREAM}/{ecosystem}/all.zip", key=ecosystem)


def parse(file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    """Statements about the packages of ``file.key``, and what the records say of each vulnerability."""
    for record in records(blob):
        if isinstance(record, Rejected):
            yield record
        else:
            yield from _record(record, file.key)


def _record(record: OsvRecord, ecosystem: str) -> Iterator[Record]:
    key, scheme, _ = _ECOSYSTEMS[ecosystem]
    feed = f"osv-{key}"
    stamp = date(record.modified)
    if stamp:
        yield Stamp(stamp)
    by_name: dict[str, list[OsvAffected]] = {}
    for affected in record.affected or ():
        if affected.package and affected.package.ecosystem == ecosystem and not _is_notice(affected):
            by_name.setdefault(fold(key, affected.package.name), []).append(affected)
    malicious = record.id.startswith("MAL-")
    word = "CRITICAL" if malicious else severity_word(record)
    for name, blocks in sorted(by_name.items()):
        found = tuple(dict.fromkeys(bounds for block in blocks for bounds in ranges(block)))
        listed = {version for block in blocks for version in block.versions or ()}
        versions = beyond_ranges(listed, found, scheme)
        if not found and not versions:
            continue  # only git commits, or nothing: no version can be judged by it
        fixable = any(bounds.fixed for bounds in found)
        yield Statement(
            key,
            name,
            Advisory(
                id=record.id, feed=feed, scheme=scheme, ranges=found, versions=versions,
                status="fixed" if fixable else "affected", severity=word, note="malicious package" if malicious else "",
            ),
        )  # fmt: skip
    if by_name:
        described = vulnerability(record, feed)
        yield replace(described, severity=word, severity_source=feed) if malicious else described


def _is_notice(affected: OsvAffected) -> bool:
    return bool((affected.database_specific or {}).get("informational"))


FEEDS = tuple(
    Feed(f"osv-{key}", (export(name),), parse, licence, ecosystems=(key,), rank=20)
    for name, (key, _, licence) in _ECOSYSTEMS.items()
)
