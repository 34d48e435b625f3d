"""updateinfo.xml, the errata list of an rpm repository (createrepo_c, "updateinfo"): one pass, elements dropped as they
are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from scantling.db.records import Record, Rejected, Stamp, Statement
from scantling.db.severity import from_word
from scantling.guard import limits
from scantling.model.advisory import Advisory, Range, Vulnerability
from scantling.model.errors import Malformed

from .feed import clip, line

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,9}")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)Z?")


@dataclass(frozen=True, slots=True)
class Update:
    """``fixes`` are (package, epoch:version-release, architecture) triples."""

    id: str
    kind: str
    title: str
    severity: str
    description: str
    updated: str
    cves: tuple[str, ...]
    fixes: tuple[tuple[str, str, str], ...]


def read(blob: BinaryIO) -> Iterator[Update]:
    """Every update. Raises ``Malformed``."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    root: Any = None
    try:
        for event, element in iterparse(blob, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                root = element if root is None else root
            elif element.tag == "update":
                yield _update(element)
                element.clear()
                root.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed(f"not an updateinfo: {line(str(error), 200)}") from error
    if root is None or root.tag != "updates":
        raise Malformed("not an updateinfo")


def statements(blob: BinaryIO, ecosystem: str, feed: str) -> Iterator[Record]:
    """What the security updates among them say, by CVE."""
    for update in read(blob):
        if moment := _DATE.match(update.updated):
            yield Stamp(f"{moment[1]}T{moment[2]}")
        if update.kind not in ("security", ""):
            continue
        identities = update.cves or ((update.id,) if update.id else ())
        if not identities:
            yield Rejected(clip(update.title, 200), "an update without an id")
            continue
        by_fix: dict[tuple[str, str], set[str]] = {}
        for name, fixed, arch in update.fixes:
            by_fix.setdefault((name, fixed), set()).add(arch)
        for (name, fixed), arches in sorted(by_fix.items()):
            kept = () if "noarch" in arches else tuple(sorted(arches - {"", "src"}))
            if not kept and arches == {"src"}:
                continue
            for identity in identities:
                advisory = Advisory(
                    identity, feed, "rpm", (Range(fixed=fixed),), status="fixed",
                    severity=from_word(update.severity), arches=kept, note=update.id,
                )  # fmt: skip
                yield Statement(ecosystem, name, advisory)
        alone = len(identities) == 1
        for identity in identities if update.fixes else ():
            yield Vulnerability(
                identity, description=clip(update.description.strip(), limits.DESCRIPTION_CHARS) if alone else ""
            )


def _update(element: Any) -> Update:
    def text(name: str, max_chars: int) -> str:
        return line(element.findtext(name), max_chars)

    cves: set[str] = set()
    for reference in element.iter("reference"):
        if reference.get("type") == "cve":
            cves.update(_CVE.findall(line(reference.get("id"), 100) or line(reference.get("title"), 100)))
    fixes: set[tuple[str, str, str]] = set()
    for package in element.iter("package"):
        name = line(package.get("name"), limits.PACKAGE_NAME_CHARS)
        number, release = line(package.get("version"), 128), line(package.get("release"), 128)
        epoch = line(package.get("epoch"), 10)
        if name and number and release:
            evr = f"{epoch}:{number}-{release}" if epoch.isdecimal() and epoch != "0" else f"{number}-{release}"
            fixes.add((name, evr, line(package.get("arch"), 16)))
    updated, issued = element.find("updated"), element.find("issued")
    moment = updated if updated is not None else issued
    return Update(
        id=text("id", 100),
        kind=line(element.get("type"), 40),
        title=text("title", limits.TITLE_CHARS),
        severity=text("severity", 40),
        description=(element.findtext("description") or "")[: limits.DESCRIPTION_CHARS * 4],
        updated=line(moment.get("date"), 40) if moment is not None else "",
        cves=tuple(sorted(cves)),
        fixes=tuple(sorted(fixes)),
    )
