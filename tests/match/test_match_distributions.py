"""Findings of seeded random packages of two distributions against a recomputation that shares no code with us."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scantling.db.feed_file import open_feed
from scantling.db.feeds.catalog import FEEDS
from scantling.db.feeds.feed import Feed
from scantling.db.fetch import from_directory
from scantling.match import match as matching
from scantling.model.package import Inventory, Package, Source
from support import recompute_os as again
from support.lookup import Lookup

pytestmark = pytest.mark.feeds


def statements(feed: Feed, key: str, feeds: Path) -> Iterator[object]:
    """What the files of ``feed`` for ``key`` say."""
    fetch = from_directory(feeds)
    for file in feed.files:
        if file.key != key or file.path.startswith("osv/Wolfi"):
            continue
        with open_feed(fetch(file).path) as blob:
            yield from feed.parse(file, blob)


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
    findings, gaps = matching.match(Inventory(None, packages), Lookup(statements(chosen, name, feeds)), "r")
    found = {
        (finding.package.split("/")[1].split("@")[0], finding.id)
        for finding in findings
        if finding.package and finding.kind == "vulnerability"
    }
    wanted = again.expected(table, drawn, less)
    assert gaps == () and len(wanted) > 100
    assert found == wanted


ALPINE = ["alpine-secdb/v3.20/main.json.gz", "alpine-secdb/v3.20/community.json.gz"]


def apk_sample(table: dict[str, set[again.Fix]], seed: int, count: int) -> list[tuple[str, str]]:
    """As ``again.sample``, with the revision ("-r3") moved, which is how apk versions lie beside each other."""
    chance = random.Random(seed)
    drawn = []
    names = sorted(name for name, fixes in table.items() if fixes and all(again.is_apk_version(v) for _, v, _ in fixes))
    for number, name in enumerate(chance.sample(names, count)):
        fixed = chance.choice(sorted(version for _, version, _ in table[name]))
        head, _, revision = fixed.rpartition("-r")
        moved = (
            (f"{head}_rc1-r0", fixed, f"{head}-r{int(revision) + 1}")[number % 3]
            if revision.isdigit() and head
            else fixed
        )
        drawn.append((name, moved))
    return drawn


@pytest.mark.parametrize(
    ("feed", "key", "ecosystem", "paths", "count"),
    [
        ("alpine", "alpine:3.20", "alpine:3.20", ALPINE, 150),
        ("wolfi", "wolfi", "wolfi", ["wolfi/os/security.json.gz"], 150),
    ],
)  # fmt: skip
def test_findings_are_exactly_those_of_the_secdb(
    feed: str, key: str, ecosystem: str, paths: list[str], count: int, feeds: Path
) -> None:
    table = again.secdb_fixes([feeds / path for path in paths])
    drawn = apk_sample(table, 20261123, count)
    (chosen,) = (one for one in FEEDS if one.name == feed)
    packages = tuple(
        Package(f"pkg:apk/x/lib{n}@{v}", f"lib{n}", v, "apk", ecosystem, source=Source(n, v)) for n, v in drawn
    )
    findings, gaps = matching.match(Inventory(None, packages), Lookup(statements(chosen, key, feeds)), "r")
    source = {package.purl: package.source.name for package in packages if package.source is not None}
    found = {
        (source[finding.package], name)
        for finding in findings
        if finding.package and finding.kind == "vulnerability"
        for name in (finding.id, *finding.aliases)
        if name.startswith("CVE-")
    }
    wanted = again.expected(table, drawn, again.apk_less)
    assert gaps == () and len(wanted) > 100
    assert found == wanted


def test_findings_are_exactly_those_of_azure_linuxs_oval(feeds: Path) -> None:
    if shutil.which("rpm") is None:
        pytest.skip("rpm is not installed")
    table = again.azure_fixes(feeds / "azurelinux/azurelinux-3.0-oval.xml.bz2")
    drawn = again.sample(table, 20261123, 60, "~1", ".1")
    (chosen,) = (one for one in FEEDS if one.name == "azurelinux")
    key = next(file.key for file in chosen.files if file.path.endswith("azurelinux-3.0-oval.xml"))
    # what is installed carries the distribution's tag, which the sentences leave out: an exact fix is ".azl3" above it
    packages = tuple(Package(f"pkg:rpm/x/{n}@{v}", n, f"{v}.azl3", "rpm", "azurelinux:3.0") for n, v in drawn)
    findings, gaps = matching.match(Inventory(None, packages), Lookup(statements(chosen, key, feeds)), "r")
    found = {
        (finding.package.split("/")[2].split("@")[0], finding.id)
        for finding in findings
        if finding.package and finding.kind == "vulnerability"
    }
    wanted = again.expected(table, drawn, again.rpm_less)
    assert gaps == () and len(wanted) > 60
    assert found == wanted
