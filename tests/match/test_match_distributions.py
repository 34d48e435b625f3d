"""Findings of seeded random packages of two distributions against a recomputation that shares no code with us."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scantling.db.feed_file import open_feed
from scantling.db.feeds.catalog import FEEDS
from scantling.db.feeds.feed import Feed
from scantling.db.fetch import from_directory
from scantling.db.records import Statement
from scantling.match import match as matching
from scantling.model.advisory import Advisory, SourceStatus, Vulnerability
from scantling.model.package import Inventory, Package, Source
from support import recompute_os as again

pytestmark = pytest.mark.feeds


class Lookup:
    """The feed's statements without the database around them."""

    def __init__(self, feed: Feed, key: str, feeds: Path) -> None:
        self.rows: dict[tuple[str, str], list[Advisory]] = {}
        fetch = from_directory(feeds)
        (file,) = (file for file in feed.files if file.key == key)
        with open_feed(fetch(file).path) as blob:
            for record in feed.parse(file, blob):
                if isinstance(record, Statement):
                    self.rows.setdefault((record.ecosystem, record.name), []).append(record.advisory)

    def advisories(self, ecosystem: str, name: str) -> tuple[Advisory, ...]:
        return tuple(self.rows.get((ecosystem, name), ()))

    def vulnerability(self, id: str) -> Vulnerability | None:
        return None

    def covers(self, ecosystem: str) -> SourceStatus | None:
        return SourceStatus("x", "", 1)


@pytest.mark.parametrize(
    ("name", "feed", "prefix", "cves", "ecosystem", "type_", "less", "tool", "below", "above"),
    [
        ("AlmaLinux:9", "almalinux", "ALSA-", "related", "almalinux:9", "rpm", again.rpm_less, "rpm", "~1", ".1"),
        (
            "Ubuntu:22.04:LTS",
            "ubuntu",
            "UBUNTU-",
            "upstream",
            "ubuntu:22.04",
            "deb",
            again.dpkg_less,
            "dpkg",
            "~",
            "+1",
        ),
    ],
)
def test_findings_are_exactly_those_of_the_feed(
    name: str, feed: str, prefix: str, cves: str, ecosystem: str, type_: str,
    less: Callable[[list[tuple[str, str]]], list[bool]], tool: str, below: str, above: str, feeds: Path,
) -> None:  # fmt: skip
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    table = again.fixes(feeds, name, prefix, cves)
    drawn = again.sample(table, 20261123, 60, below, above)
    (chosen,) = (one for one in FEEDS if one.name == feed)
    packages = tuple(
        Package(f"pkg:{type_}/{n}@{v}", n, v, type_, ecosystem, source=Source(n, v) if type_ == "deb" else None)
        for n, v in drawn
    )
    findings, gaps = matching.match(Inventory(None, packages), Lookup(chosen, name, feeds), "r")
    found = {(finding.package.split("/")[1].split("@")[0], finding.id) for finding in findings if finding.package}
    wanted = again.expected(table, drawn, less)
    assert gaps == () and len(wanted) > 100
    assert found == wanted
