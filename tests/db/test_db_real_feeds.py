"""The real mirror: every parser's counts against counts made here with nothing but the standard library."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scantling.db.feed_file import open_feed
from scantling.db.feeds.catalog import FEEDS
from scantling.db.fetch import FeedAbsent, from_directory
from scantling.db.records import Record, Rejected, Scored, Statement
from scantling.model.advisory import Vulnerability

pytestmark = pytest.mark.feeds

Read = Callable[..., list[Record]]


@pytest.fixture(scope="module")
def read(feeds: Path) -> Read:
    kept: dict[tuple[str, str], list[Record]] = {}

    def parsed(name: str, key: str = "") -> list[Record]:
        if (name, key) not in kept:
            kept[name, key] = list(_parse(feeds, name, key))
        return kept[name, key]

    return parsed


def _parse(feeds: Path, name: str, key: str) -> Iterator[Record]:
    (feed,) = (feed for feed in FEEDS if feed.name == name)
    fetch = from_directory(feeds)
    for file in feed.files:
        if key and file.key != key:
            continue
        try:
            fetched = fetch(file)
        except FeedAbsent:
            continue
        with open_feed(fetched.path) as blob:
            yield from feed.parse(file, blob)


def statements(found: list[Record]) -> list[Statement]:
    return [record for record in found if isinstance(record, Statement)]


def osv(feeds: Path, ecosystem: str) -> Iterator[Any]:
    with zipfile.ZipFile(feeds / "osv" / ecosystem / "all.zip") as archive:
        for name in archive.namelist():
            yield json.loads(archive.read(name))


def is_judged(block: Any) -> bool:
    return bool(block.get("versions")) or any(r["type"] != "GIT" and r["events"] for r in block.get("ranges") or ())


def test_pypi_every_live_record_that_names_a_version(feeds: Path, read: Read) -> None:
    found = statements(read("osv-pypi"))
    live = [record for record in osv(feeds, "PyPI") if not record.get("withdrawn")]
    expected = {
        (record["id"], block["package"]["name"].lower().replace("_", "-").replace(".", "-"))
        for record in live
        for block in record["affected"]
        if is_judged(block)
    }
    assert {(said.advisory.id, said.name) for said in found} == expected
    aliases = {r.id: r.aliases for r in read("osv-pypi") if isinstance(r, Vulnerability)}  # fact 3
    assert all(
        sorted(set(record["aliases"])) == list(aliases[record["id"]]) for record in live if record.get("aliases")
    )
    inclusive = sum(
        "last_affected" in event
        for record in live
        for block in record["affected"]
        for r in block.get("ranges") or ()
        if r["type"] == "ECOSYSTEM" and len(r["events"]) == 2
        for event in r["events"]
    )  # fact 2: inclusive ends stay what they are
    assert sum(bool(r.last_affected) for said in found for r in said.advisory.ranges) >= inclusive > 500


def test_go_several_pairs_and_the_standard_library(feeds: Path, read: Read) -> None:
    found = statements(read("osv-golang"))
    live = [record for record in osv(feeds, "Go") if not record.get("withdrawn")]
    assert len({said.advisory.id for said in found}) == len(live)
    pairs = sum("introduced" in e for r in live for b in r["affected"] for g in b["ranges"] for e in g["events"])
    assert 0 < pairs - sum(len(said.advisory.ranges) for said in found) < pairs // 20  # only repeated ranges are folded
    named = {r["id"] for r in live for b in r["affected"] if b["package"]["name"] in ("stdlib", "toolchain")}
    assert {said.advisory.id for said in found if said.name in ("stdlib", "toolchain")} == named and len(named) > 150


def test_rustsec_notices_and_almalinux_bug_fixes_are_left_out(feeds: Path, read: Read) -> None:
    cargo = {said.advisory.id for said in statements(read("osv-cargo"))}
    assert cargo == {
        record["id"]
        for record in osv(feeds, "crates.io")
        if not record.get("withdrawn") and not record["affected"][0]["database_specific"].get("informational")
    }
    alma = statements(read("almalinux", "AlmaLinux:8"))
    notes = {said.advisory.note for said in alma}
    security = [record for record in osv(feeds, "AlmaLinux:8") if record["id"].startswith("ALSA-")]
    assert notes == {record["id"] for record in security}
    modular = [said for said in alma if ".module_el" in said.advisory.ranges[0].fixed]
    assert sum(bool(said.advisory.module) for said in modular) > 0.95 * len(modular) > 10_000


def test_debian_every_release_row(feeds: Path, read: Read) -> None:
    tracker = json.loads(gzip.decompress((feeds / "debian/tracker/data/json.gz").read_bytes()))
    rows = Counter(
        (codename, row["status"])
        for cves in tracker.values()
        for cve in cves.values()
        for codename, row in cve["releases"].items()
        if row.get("fixed_version") != "0"
    )
    codenames = {"debian:11": "bullseye", "debian:12": "bookworm", "debian:13": "trixie"}
    found = Counter(
        (codenames[said.ecosystem], "resolved" if said.advisory.status == "fixed" else "open")
        for said in statements(read("debian"))
    )
    assert found == rows
    said = {(s.name, s.advisory.id, s.ecosystem): s.advisory for s in statements(read("debian"))}
    assert said["tar", "CVE-2005-2541", "debian:12"].severity == "NEGLIGIBLE"  # fact 6
    coreutils = said["coreutils", "CVE-2016-2781", "debian:12"]
    assert (coreutils.status, coreutils.note) == ("will_not_fix", "Minor issue")


def test_alpine_zero_entries_and_joined_ids(feeds: Path, read: Read) -> None:
    listed, joined = set(), 0
    for repository in ("main", "community"):
        database = json.loads(gzip.decompress((feeds / f"alpine-secdb/v3.20/{repository}.json.gz").read_bytes()))
        for entry in database["packages"]:
            for version, ids in entry["pkg"]["secfixes"].items():
                joined += sum(" " in text for text in ids)
                if version != "0":
                    listed |= {
                        (entry["pkg"]["name"], version, word)
                        for text in ids
                        for word in text.split()
                        if word.startswith("CVE-") and "?" not in word  # one is "CVE-????-?????"
                    }
    found = {(s.name, s.advisory.ranges[0].fixed, s.advisory.id) for s in statements(read("alpine", "alpine:3.20"))}
    assert {row for row in found if row[2].startswith("CVE-")} == listed
    assert joined > 100 and not any(" " in row[2] for row in found)


def test_ubuntu_statuses(feeds: Path, read: Read) -> None:
    words = {"needs-triage": "under_investigation", "released": "fixed", "needed": "affected", "pending": "affected",
             "ignored": "will_not_fix", "deferred": "fix_deferred"}  # fmt: skip
    expected = Counter(
        words[block["ecosystem_specific"]["status"].split()[0]]
        for record in osv(feeds, "Ubuntu:22.04:LTS")
        for block in record["affected"]
    )
    found = statements(read("ubuntu", "Ubuntu:22.04:LTS"))
    assert Counter(said.advisory.status for said in found) == expected
    assert expected["under_investigation"] == 7047  # fact 8


def test_oval_releases_and_modules(read: Read) -> None:
    assert {said.ecosystem for said in statements(read("rocky"))} == {"rocky:9"}  # though a file is named "8"
    modules = {said.advisory.module for said in statements(read("redhat"))}
    assert modules >= {"", "nodejs:18"}
    assert all(
        ".azl3" in (r.fixed or r.last_affected)
        for s in statements(read("azurelinux", "azurelinux:3.0"))
        for r in s.advisory.ranges
    )


def test_epss_and_kev_counts(feeds: Path, read: Read) -> None:
    assert sum(isinstance(record, Scored) for record in read("epss")) == 360_142  # fact 10: a comment line comes first
    catalogue = json.loads(gzip.decompress((feeds / "kev/known_exploited_vulnerabilities.json.gz").read_bytes()))
    assert len(read("cisa-kev")) - 1 == catalogue["count"]


def test_no_record_of_the_mirror_is_rejected(read: Read) -> None:
    for name in ("osv-pypi", "osv-golang", "osv-cargo", "debian", "rocky", "redhat", "epss", "cisa-kev"):
        assert not [record for record in read(name) if isinstance(record, Rejected)], name
