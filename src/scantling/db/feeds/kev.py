"""CISA's catalogue of Known Exploited Vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from scantling.db.records import Exploited, Record, Stamp
from scantling.model.advisory import Kev
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, line, whole


class _Entry(msgspec.Struct, rename="camel"):
    cve_id: str = msgspec.field(name="cveID")
    date_added: str
    due_date: str = ""
    known_ransomware_campaign_use: str = ""


class _Catalogue(msgspec.Struct, rename="camel"):
    vulnerabilities: list[_Entry]
    date_released: str = ""


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    try:
        catalogue = msgspec.json.decode(whole(blob), type=_Catalogue)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"not the KEV catalogue: {line(str(error), 200)}") from error
    if catalogue.date_released:
        yield Stamp(line(catalogue.date_released, 40))
    for entry in catalogue.vulnerabilities:
        ransomware = entry.known_ransomware_campaign_use == "Known"
        yield Exploited(entry.cve_id, Kev(line(entry.date_added, 10), line(entry.due_date, 10), ransomware))


FEEDS = (
    Feed(
        "cisa-kev",
        (
            FeedFile(
                "kev/known_exploited_vulnerabilities.json",
                "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
            ),
        ),
        parse,
        "CC0-1.0",
    ),
)
