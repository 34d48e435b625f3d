"""Oracle Linux's errata, as OVAL: one file for every release.

Oracle rebuilds some packages for Ksplice and FIPS with a raised epoch; such a build is judged by its own errata only,
and the plain one never by them (``Advisory.stream``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.records import Covers, Record, Rejected, Statement
from scantling.db.severity import from_word
from scantling.model.advisory import Advisory

from . import oval
from .feed import Feed, FeedFile, clip

RELEASES = ("6", "7", "8", "9", "10")
_PLATFORM = re.compile(r"Oracle Linux ([0-9]{1,2})")
_REBUILD = re.compile(r"[._](ksplice|fips)")
_WORD = re.compile(r"\((CRITICAL|IMPORTANT|MODERATE|LOW|N/A)\)", re.IGNORECASE)


def parse(_: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    document = oval.read(blob)
    yield from oval.stamp(document)
    seen: set[str] = set()
    for definition in document.definitions:
        if not definition.cves:
            continue  # a bug fix
        stated = document.on_platforms(definition)
        word = _WORD.search(definition.title)
        severity = from_word(definition.severity) or (from_word(word[1]) if word else "")
        told = False
        for name, module, bounds, arches, platforms in stated:
            for release in _releases(platforms or definition.platforms):
                if release not in seen:
                    seen.add(release)
                    yield Covers(f"ol:{release}")
                rebuild = _REBUILD.search(bounds.fixed)
                for identity in definition.cves:
                    told = True
                    advisory = Advisory(
                        identity, "oracle", "rpm", (bounds,), status="fixed", severity=severity, module=module,
                        arches=arches, note=definition.erratum, stream=rebuild[1] if rebuild else "",
                    )  # fmt: skip
                    yield Statement(f"ol:{release}", name, advisory)
        if told:
            yield from oval.vulnerabilities(definition, definition.cves, "oracle")
        elif stated:
            yield Rejected(clip(definition.id, 200), "names no release of Oracle Linux")


def _releases(platforms: tuple[str, ...]) -> list[str]:
    return sorted({found[1] for text in platforms if (found := _PLATFORM.match(text))})


FEEDS = (
    Feed(
        "oracle",
        (
            FeedFile(
                "oracle/oval/com.oracle.elsa-all.xml",
                "https://linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2",
                optional=True,
            ),
        ),
        parse,
        "Oracle Linux OVAL",
        ecosystems=tuple(f"ol:{release}" for release in RELEASES),
        rank=60,
    ),
)
