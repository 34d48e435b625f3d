"""Support dates of products, from endoflife.date: its API upstream, a table of its files in mirrors.

``eol`` ends free security support; ``extended`` is endoflife.date's "extended security support" (Debian's LTS, Ubuntu
Pro, Red Hat's extended life cycle)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from scantling.db.records import Record, Rejected
from scantling.model.advisory import EolCycle
from scantling.model.errors import Malformed

from .feed import Feed, FeedFile, clip, line, whole


def parse(_file: FeedFile, blob: BinaryIO) -> Iterator[Record]:
    try:
        content = json.loads(whole(blob))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not endoflife.date's data: {line(str(error), 200)}") from error
    for product, releases in sorted(_products(content)):
        for release in releases:
            cycle = _cycle(product, release) if isinstance(release, dict) else None
            yield cycle if cycle else Rejected(clip(product, 200), "a release without a name")


def _products(content: Any) -> list[tuple[str, list[Any]]]:
    """(name, releases) of the API's {"result": [{"name", "releases"}]} or of a mirror's {name: {"releases"}}."""
    if not isinstance(content, dict):
        raise Malformed("not endoflife.date's data")
    if isinstance(content.get("result"), list):
        listed = [(product.get("name"), product) for product in content["result"] if isinstance(product, dict)]
    else:
        listed = [(name, product) for name, product in content.items() if isinstance(product, dict)]
    found = [
        (name, product["releases"])
        for name, product in listed
        if isinstance(name, str) and isinstance(product.get("releases"), list)
    ]
    if not found:
        raise Malformed("not endoflife.date's data: no product in it")
    return found


def _cycle(product: str, release: dict[str, Any]) -> EolCycle | None:
    name = line(release.get("releaseCycle") or release.get("name"), 80)
    if not name:
        return None
    end, ended = _when(release, "eol", "eolFrom", "isEol")
    extended, _ = _when(release, "eoes", "eoesFrom", "isEoes")
    latest = release.get("latest")
    return EolCycle(
        product=product,
        cycle=name,
        codename=line(release.get("codename"), 80),
        eol=end,
        extended=extended,
        is_eol=ended,
        latest=line(latest.get("name") if isinstance(latest, dict) else latest, 80),
    )


def _when(release: dict[str, Any], mirror: str, date: str, claim: str) -> tuple[str, bool | None]:
    value = release[mirror] if mirror in release else release.get(date, release.get(claim))
    if value is None:
        value = release.get(claim)
    if isinstance(value, bool):
        return "", value
    return line(value, 10), None


FEEDS = (
    Feed(
        "endoflife",
        (FeedFile("endoflife/products.json", "https://endoflife.date/api/v1/products/full"),),
        parse,
        "MIT",
    ),
)
