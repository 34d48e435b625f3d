"""Red Hat's CSAF VEX documents (CSAF 2.0, profile 5), one a CVE, as one tar archive, read as a stream: what is fixed,
and beside the OVAL errata what is not and why.

A release's main stream is the product "enterprise_linux:9". Fixes of extended support ("rhel_eus:9.0") and fixes of an
earlier minor release are kept under the dist tag of their builds ("el9_0"): they judge builds with that tag, and no
others, since "7.76.1-14.el9_0.9" has a fix that the higher "7.76.1-20.el9" has not. What is known not to be affected is
left out: nothing else in these feeds says that it is.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import parse_qs, unquote

import msgspec

from scantling.db import cvss
from scantling.db.records import Covers, Record, Rejected, Stamp, Statement
from scantling.db.severity import from_word
from scantling.guard import limits
from scantling.model.advisory import Advisory, Cvss, Range, Vulnerability
from scantling.model.errors import Malformed
from scantling.versions import Unparseable, key

from .feed import Feed, FeedFile, clip, line

RELEASES = ("7", "8", "9", "10")
_MAIN = re.compile(r"cpe:/[oa]:redhat:enterprise_linux:([0-9]{1,2})(?:[.:].{0,80})?")
_EXTENDED = re.compile(
    r"cpe:/[oa]:redhat:(?:rhel_(?:eus|aus|e4s|tus|els|eus_long_life|mission_critical)):([0-9]{1,2})\.[0-9].{0,80}"
)
_STREAM = re.compile(r"[.](el[0-9]{1,2}_[0-9]{1,2})(?:[._+]|\Z)")
_PURL = re.compile(r"pkg:rpm/redhat/([^@?]{1,300})(?:@([^?]{1,300}))?(?:\?(.{0,1000}))?")
_NOT_INSTALLED = ("-debuginfo", "-debugsource", "-debuginfo-common")
# (remediation's category, its words) -> our status
_UNFIXED = {
    ("no_fix_planned", "will not fix"): "will_not_fix",
    ("no_fix_planned", "out of support scope"): "end_of_life",
    ("none_available", "fix deferred"): "fix_deferred",
    ("none_available", "affected"): "affected",
}


class _Helper(msgspec.Struct):
    cpe: str = ""
    purl: str = ""


class _Product(msgspec.Struct):
    product_id: str = ""
    product_identification_helper: _Helper | None = None


class _Branch(msgspec.Struct):
    product: _Product | None = None
    branches: list[_Branch] = []


class _Relation(msgspec.Struct):
    full_product_name: _Product
    product_reference: str = ""
    relates_to_product_reference: str = ""


class _Tree(msgspec.Struct):
    branches: list[_Branch] = []
    relationships: list[_Relation] = []


class _Remedy(msgspec.Struct):
    category: str = ""
    details: str = ""
    product_ids: list[str] = []
    url: str = ""


class _Score(msgspec.Struct):
    cvss_v3: dict[str, Any] | None = None
    cvss_v2: dict[str, Any] | None = None


class _Note(msgspec.Struct):
    category: str = ""
    text: str = ""


class _Vulnerability(msgspec.Struct):
    cve: str = ""
    title: str = ""
    cwe: dict[str, str] | None = None
    notes: list[_Note] = []
    product_status: dict[str, list[str]] = {}
    remediations: list[_Remedy] = []
    threats: list[_Remedy] = []
    scores: list[_Score] = []


class _Document(msgspec.Struct):
    document: dict[str, Any]
    product_tree: _Tree = msgspec.field(default_factory=_Tree)
    vulnerabilities: list[_Vulnerability] = []


_decode = msgspec.json.Decoder(_Document).decode


@dataclass(slots=True)
class _Place:
    """One package of one release: ``stream`` is "" for the main one."""

    release: str
    name: str
    module: str = ""
    version: str = ""
    extended: bool = False


@dataclass(slots=True)
class _Fixes:
    main: dict[str, str] = field(default_factory=dict)  # version -> erratum
    streams: dict[str, str] = field(default_factory=dict)


def parse(_: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    for release in RELEASES:
        yield Covers(f"rhel:{release}")
    try:
        with tarfile.open(fileobj=blob, mode="r|") as archive:
            for number, member in enumerate(archive):
                if number > limits.FEED_ARCHIVE_ENTRIES:
                    raise Malformed(f"more than {limits.FEED_ARCHIVE_ENTRIES} entries")
                stream = archive.extractfile(member) if member.isfile() and member.name.endswith(".json") else None
                if stream is not None:
                    yield from _member(member.name, stream.read(limits.FEED_RECORD_BYTES + 1))
    except (tarfile.TarError, EOFError) as error:
        raise Malformed(f"not a whole tar archive: {line(str(error), 200)}") from error


def _member(name: str, data: bytes) -> Iterator[Record]:
    if len(data) > limits.FEED_RECORD_BYTES:
        yield Rejected(clip(name, 200), f"longer than {limits.FEED_RECORD_BYTES} bytes")
        return
    if b":redhat:enterprise_linux:" not in data and b":redhat:rhel_" not in data:
        return  # of other products
    yield from document(name, data)


def document(name: str, data: bytes) -> Iterator[Record]:
    """What one VEX document says of the releases; a bad one is ``Rejected``."""
    try:
        found = _decode(data)
        products, places = _places(found.product_tree)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        yield Rejected(clip(name, 200), line(str(error), 200))
        return
    tracking = found.document.get("tracking")
    if isinstance(tracking, dict) and isinstance(tracking.get("current_release_date"), str):
        yield Stamp(tracking["current_release_date"][:40])
    aggregate = found.document.get("aggregate_severity")
    word = from_word(aggregate.get("text")) if isinstance(aggregate, dict) else ""
    for vulnerability in found.vulnerabilities:
        if not vulnerability.cve.startswith("CVE-"):
            continue
        said = [*_fixed(vulnerability, places, word), *_unfixed(vulnerability, places, products, word)]
        yield from said
        if said:
            yield _described(vulnerability)


def _places(tree: _Tree) -> tuple[dict[str, str], dict[str, _Place | None]]:
    """CPE by product id, and the package that each full product id ("platform:component") names."""
    cpes: dict[str, str] = {}
    purls: dict[str, str] = {}
    waiting = list(tree.branches)
    while waiting:
        branch = waiting.pop()
        waiting.extend(branch.branches)
        if branch.product is not None and (helper := branch.product.product_identification_helper) is not None:
            cpes[branch.product.product_id] = helper.cpe
            purls[branch.product.product_id] = helper.purl
    places: dict[str, _Place | None] = {}  # None: explained, and no package of a release
    for relation in tree.relationships:
        cpe = cpes.get(relation.relates_to_product_reference, "")
        main, extended = _MAIN.fullmatch(cpe), _EXTENDED.fullmatch(cpe)
        release = main or extended
        places[relation.full_product_name.product_id] = None
        if release is None or release[1] not in RELEASES:
            continue
        component = relation.product_reference
        place = _component(component, purls.get(component, ""), release[1])
        if place is not None:
            place.extended = main is None
            places[relation.full_product_name.product_id] = place
    return cpes, places


def _component(component: str, purl: str, release: str) -> _Place | None:
    module = component.rsplit("/", 1)[0] if "/" in component and ":" in component.split("/", 1)[0] else ""
    name, version = component.rsplit("/", 1)[-1], ""
    if found := _PURL.fullmatch(purl):
        name, version = unquote(found[1]).rsplit("/", 1)[-1], unquote(found[2] or "")
        qualifiers = parse_qs(found[3] or "", max_num_fields=20)
        if version and qualifiers.get("arch") == ["src"]:
            return None
        if epoch := qualifiers.get("epoch"):
            version = f"{epoch[0]}:{version}" if version and epoch[0] != "0" else version
        module = next(iter(qualifiers.get("rpmmod", ())), module)
    elif purl:
        return None  # a container image, a jar
    if not name or name.endswith(_NOT_INSTALLED) or " " in name:
        return None
    stream = ":".join(module.split(":")[:2])
    return _Place(release, name.removesuffix(".src"), stream if ":" in stream else "", version)


def _fixed(found: _Vulnerability, places: dict[str, _Place | None], word: str) -> Iterator[Statement]:
    errata = {
        product: remedy.url.rsplit("/", 1)[-1]
        for remedy in found.remediations
        if remedy.category == "vendor_fix"
        for product in remedy.product_ids
    }
    by_package: dict[tuple[str, str, str], _Fixes] = {}
    for product in found.product_status.get("fixed", ()):
        place = places.get(product)
        if place is None or not place.version:
            continue
        fixes = by_package.setdefault((place.release, place.name, place.module), _Fixes())
        kept = fixes.streams if place.extended else fixes.main
        kept[place.version] = errata.get(product, "")
    for (release, name, module), fixes in sorted(by_package.items()):
        newest = _newest(fixes.main)
        rows = [(newest, "", fixes.main[newest])] if newest else []
        for version, erratum in sorted({**fixes.main, **fixes.streams}.items()):
            tag = _STREAM.search(version)
            if tag is not None and version != newest:
                rows.append((version, tag[1], erratum))
        for version, tag_text, erratum in rows:
            advisory = Advisory(
                found.cve, "redhat", "rpm", (Range(fixed=version),), status="fixed", severity=word, module=module,
                note=clip(erratum, 100), stream=tag_text,
            )  # fmt: skip
            yield Statement(f"rhel:{release}", name, advisory)


def _newest(versions: dict[str, str]) -> str:
    best = ""
    for version in sorted(versions):
        try:
            if not best or key("rpm", version) > key("rpm", best):
                best = version
        except Unparseable:
            continue
    return best


def _unfixed(
    found: _Vulnerability, places: dict[str, _Place | None], cpes: dict[str, str], word: str
) -> Iterator[Statement]:
    states: dict[str, tuple[str, str]] = {}
    for remedy in found.remediations:
        status = _UNFIXED.get((remedy.category, remedy.details.strip().lower()))
        if status is not None:
            states.update((product, (status, line(remedy.details, 80))) for product in remedy.product_ids)
    stated: set[tuple[str, str, str, str, str]] = set()
    for kind, default in (("known_affected", "affected"), ("under_investigation", "under_investigation")):
        for product in found.product_status.get(kind, ()):
            place = places[product] if product in places else _by_id(product, cpes)
            if place is not None and not place.extended:
                status, note = states.get(product, (default, ""))
                stated.add((place.release, place.name, place.module, status, note))
    for release, name, module, status, note in sorted(stated):
        advisory = Advisory(
            found.cve, "redhat", "rpm", (Range(),), status=status, severity=word, module=module, note=note
        )
        yield Statement(f"rhel:{release}", name, advisory)


def _by_id(product: str, cpes: dict[str, str]) -> _Place | None:
    """The package of an id that no relationship explains ("red_hat_enterprise_linux_8:curl")."""
    platform, _, component = product.partition(":")
    release = _MAIN.fullmatch(cpes.get(platform, ""))
    return _component(component, "", release[1]) if release is not None and release[1] in RELEASES else None


def _described(found: _Vulnerability) -> Vulnerability:
    scores: list[Cvss] = []
    for score in found.scores[:4]:
        given = score.cvss_v3 or score.cvss_v2 or {}
        vector, number = given.get("vectorString"), given.get("baseScore")
        if isinstance(vector, str) and isinstance(number, int | float) and 0 <= number <= 10:
            version = cvss.version_of(vector)
            if version:
                scores.append(Cvss("redhat", version, vector[:200], float(number)))
    text = next((note.text for note in found.notes if note.category == "description"), "")
    weakness = (found.cwe or {}).get("id", "")
    return Vulnerability(
        id=found.cve,
        title=line(found.title, limits.TITLE_CHARS),
        description=clip(text.strip(), limits.DESCRIPTION_CHARS),
        cvss=tuple(dict.fromkeys(scores))[:2],
        cwes=(weakness,) if re.fullmatch(r"CWE-[0-9]{1,6}", weakness) else (),
        references=(f"https://access.redhat.com/security/cve/{found.cve}",),
    )


FEEDS = (
    Feed(
        "redhat-vex",
        (
            FeedFile(
                "redhat/csaf/v2/vex/csaf_vex.tar",
                "https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt",
                optional=True, via=("first-line",),
            ),
        ),
        parse,
        "CC-BY-4.0",
        ecosystems=tuple(f"rhel:{release}" for release in RELEASES),
        rank=30,
    ),
)  # fmt: skip
