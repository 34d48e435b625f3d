"""NIST's National Vulnerability Database: scores, weaknesses and descriptions by CVE, a file for each year.

Format: CVE API 2.0 (nvd.nist.gov/developers/vulnerabilities), also of the yearly feeds. What NVD says of affected
products (CPE) is left out: distributions and language databases know their own packages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from scantling.db import cvss
from scantling.db.records import Record, Rejected, Stamp
from scantling.guard import limits
from scantling.model.advisory import Cvss, Vulnerability
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line, whole

_FIRST_YEAR, _LAST_YEAR = 2002, 2035  # a year that is not over yet, or has not begun, has no file: that is no failure
_VERSIONS = frozenset({"2.0", "3.0", "3.1", "4.0"})
_BEST_FIRST = ("4.0", "3.1", "3.0", "2.0")
_NVD = "nvd@nist.gov"


class _Text(msgspec.Struct):
    lang: str = ""
    value: str = ""


class _Data(msgspec.Struct):
    version: str = ""
    vectorString: str = ""  # noqa: N815 - the format's names
    baseScore: float = -1.0  # noqa: N815


class _Metric(msgspec.Struct):
    source: str = ""
    cvssData: _Data = msgspec.field(default_factory=_Data)  # noqa: N815


class _Metrics(msgspec.Struct):
    cvssMetricV40: list[_Metric] = []  # noqa: N815
    cvssMetricV31: list[_Metric] = []  # noqa: N815
    cvssMetricV30: list[_Metric] = []  # noqa: N815
    cvssMetricV2: list[_Metric] = []  # noqa: N815


class _Weakness(msgspec.Struct):
    description: list[_Text] = []


class _Reference(msgspec.Struct):
    url: str = ""


class _Cve(msgspec.Struct):
    id: str
    published: str = ""
    lastModified: str = ""  # noqa: N815
    vulnStatus: str = ""  # noqa: N815
    descriptions: list[_Text] = []
    metrics: _Metrics = msgspec.field(default_factory=_Metrics)
    weaknesses: list[_Weakness] = []
    references: list[_Reference] = []


class _Page(msgspec.Struct):
    vulnerabilities: list[msgspec.Raw]


class _Item(msgspec.Struct):
    cve: _Cve


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    """What NVD says of each vulnerability that it has not rejected."""
    try:
        page = msgspec.json.decode(whole(blob), type=_Page)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"not NVD's data: {line(str(error), 200)}") from error
    for number, raw in enumerate(page.vulnerabilities, 1):
        try:
            cve = msgspec.json.decode(raw, type=_Item).cve
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield Rejected(f"entry {number}", line(str(error), 200))
            continue
        if cve.vulnStatus.lower() != "rejected":
            yield from _vulnerability(cve)


def _vulnerability(cve: _Cve) -> Iterator[Record]:
    if stamp := line(cve.lastModified, 40)[:10]:
        yield Stamp(stamp)
    scores = tuple(_scores(cve.metrics))
    best = min(scores, key=lambda one: (_BEST_FIRST.index(one.version), one.source != "nvd"), default=None)
    texts = [text.value for text in cve.descriptions if text.lang == "en"]
    weaknesses = {text.value for weakness in cve.weaknesses for text in weakness.description}
    links = [one.url for one in cve.references if one.url.startswith("https://") and len(one.url) <= limits.URL_CHARS]
    yield Vulnerability(
        id=clip(cve.id, 40),
        description=clip((texts or [""])[0].strip(), limits.DESCRIPTION_CHARS),
        severity=cvss.rating(best.score, best.version) if best is not None else "",
        severity_source=best.source if best is not None else "",
        cvss=scores,
        cwes=tuple(sorted(name for name in weaknesses if name.startswith("CWE-"))),
        references=tuple(dict.fromkeys(links))[: limits.REFERENCES],
        published=line(cve.published, 40)[:10],
    )


def _scores(metrics: _Metrics) -> Iterator[Cvss]:
    """One score for each version and source: NVD's own, else that of the CVE's authority."""
    seen: set[tuple[str, str]] = set()
    for group in (metrics.cvssMetricV40, metrics.cvssMetricV31, metrics.cvssMetricV30, metrics.cvssMetricV2):
        for metric in group:
            data = metric.cvssData
            source = "nvd" if metric.source == _NVD else "cna"
            if data.version in _VERSIONS and 0 <= data.baseScore <= 10 and (data.version, source) not in seen:
                seen.add((data.version, source))
                yield Cvss(source, data.version, line(data.vectorString, 300), data.baseScore)


def _file(year: int) -> FeedFile:
    name = f"nvdcve-2.0-{year}.json"
    return FeedFile(f"nvd/{name}", f"https://nvd.nist.gov/feeds/json/cve/2.0/{name}.gz", str(year), optional=True)


FEEDS = (
    Feed(
        "nvd",
        tuple(map(_file, range(_FIRST_YEAR, _LAST_YEAR + 1))),
        parse,
        "public domain (NIST)",
        rank=15,
    ),
)
