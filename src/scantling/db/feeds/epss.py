"""FIRST's EPSS scores: a CSV with one comment line that holds the date, then a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from scantling.db.cve_table import parse_cve
from scantling.db.records import Record, Rejected, Scored, Stamp
from scantling.guard import limits
from scantling.model.advisory import Epss
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip

_DATE = re.compile(r"score_date:([0-9]{4}-[0-9]{2}-[0-9]{2})")


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    date = ""
    header = False
    while raw := blob.readline(limits.LINE_BYTES):
        text = raw.decode("utf-8", "replace").strip()
        if text.startswith("#"):
            if found := _DATE.search(text):
                date = found[1]
                yield Stamp(date)
        elif not header:
            if text.split(",")[:3] != ["cve", "epss", "percentile"]:
                raise Malformed(f"not the EPSS table: it begins with {clip(text, 80)!r}")
            header = True
        elif text:
            yield _row(text, date)
    if not header:
        raise Malformed("the EPSS table is empty")


def _row(text: str, date: str) -> Record:
    cve, _, numbers = text.partition(",")
    score, _, percentile = numbers.partition(",")
    try:
        found = Epss(float(score), float(percentile), date)
    except ValueError:
        return Rejected(clip(text, 200), "no numbers")
    if not (0 <= found.score <= 1 and 0 <= found.percentile <= 1) or parse_cve(cve) is None:
        return Rejected(clip(text, 200), "no CVE, or not a probability")
    return Scored(cve, found)


FEEDS = (
    Feed(
        "epss",
        (
            FeedFile(
                "epss/epss_scores-current.csv",
                "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
            ),
        ),
        parse,
        "FIRST.org, free with attribution",
    ),
)
