"""Dates are distro-info-data's and endoflife.date's; scores are worked by hand from the table in ``priority``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scantling.enrich.catalog import enrich
from scantling.enrich.eol import support_gaps, support_of
from scantling.enrich.exploitation import with_exploitation
from scantling.enrich.freshness import freshness_gaps
from scantling.enrich.priority import with_priority
from scantling.model.advisory import EolCycle, Epss, Kev, SourceStatus
from scantling.model.facts import OsRelease
from scantling.model.finding import Finding
from scantling.model.image import ImageInfo, LayerRef
from scantling.model.package import Inventory, Package

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BULLSEYE = OsRelease("debian", "11", "bullseye", "Debian GNU/Linux 11 (bullseye)")
CYCLES = (
    EolCycle("debian", "13", "Trixie", "2028-08-09", "2030-06-30"),
    EolCycle("debian", "12", "Bookworm", "2026-07-11", "2028-06-30"),
    EolCycle("debian", "11", "Bullseye", "2024-08-14", "2026-08-31"),
)
UBUNTU = (EolCycle("ubuntu", "18.04", "Bionic", "2023-05-31", "2028-04-01"),)


@dataclass
class Meta:
    built_at: str = "2026-11-22T00:00:00Z"
    digest: str = ""
    sources: tuple[SourceStatus, ...] = ()
    demo: bool = False


@dataclass
class FakeDatabase:
    meta: Meta = field(default_factory=Meta)
    kevs: dict[str, Kev] = field(default_factory=dict)
    scores: dict[str, Epss] = field(default_factory=dict)
    exploits: frozenset[str] = frozenset()
    covered: dict[str, SourceStatus] = field(default_factory=dict)

    def kev(self, cve: str) -> Kev | None:
        return self.kevs.get(cve)

    def epss(self, cve: str) -> Epss | None:
        return self.scores.get(cve)

    def exploit_public(self, cve: str) -> bool:
        return cve in self.exploits

    def covers(self, ecosystem: str) -> SourceStatus | None:
        return self.covered.get(ecosystem)

    def eol(self, product: str) -> tuple[EolCycle, ...]:
        return {"debian": CYCLES, "ubuntu": UBUNTU}.get(product, ())


def finding(**fields: Any) -> Finding:
    return replace(Finding(fingerprint="f", kind="vulnerability", id="CVE-2021-44228"), **fields)


@pytest.mark.parametrize(
    ("os", "eol", "date", "long_term", "gap"),
    [
        (BULLSEYE, True, "2026-08-31", False, "eol-os"),
        (OsRelease("debian", "12"), False, "2028-06-30", True, "lts-os"),
        (OsRelease("debian", "13"), False, "2030-06-30", False, None),
        (OsRelease("ubuntu", "18.04"), True, "2023-05-31", False, "eol-os"),  # paid maintenance is not support
        (OsRelease("debian", "99"), None, "", False, "eol-unknown"),
        (OsRelease("nosuch", "1"), None, "", False, "eol-unknown"),
        (OsRelease("wolfi", "20230201"), None, "", False, None),
    ],
)
def test_support_of_a_release(os: OsRelease, eol: bool | None, date: str, long_term: bool, gap: str | None) -> None:
    support = support_of(os, FakeDatabase(), NOW)  # type: ignore[arg-type]
    assert (support.eol, support.date, support.long_term) == (eol, date, long_term)
    assert [g.what for g in support_gaps(os, support)] == ([gap] if gap else [])


def test_the_last_day_of_support_is_still_support() -> None:
    last = datetime(2026, 8, 31, 23, 59, tzinfo=UTC)
    assert support_of(BULLSEYE, FakeDatabase(), last).eol is False  # type: ignore[arg-type]


def test_exploitation_is_found_under_an_alias() -> None:
    database = FakeDatabase(
        kevs={"CVE-2021-44228": Kev("2021-12-10", "2021-12-24", True)},
        scores={"CVE-2021-44228": Epss(0.94, 0.99, "2026-08-16"), "CVE-2021-45046": Epss(0.9, 0.98, "2026-08-16")},
        exploits=frozenset({"CVE-2021-45046"}),
    )
    rich = with_exploitation(
        finding(id="GHSA-jfh8-c2jp-5v3q", aliases=("CVE-2021-44228", "CVE-2021-45046")),
        database,  # type: ignore[arg-type]
    )
    assert rich.kev == Kev("2021-12-10", "2021-12-24", True)
    assert rich.epss is not None and rich.epss.score == 0.94
    assert rich.exploit_public


@pytest.mark.parametrize(
    ("fields", "score"),
    [
        ({"severity": "CRITICAL"}, 50),
        ({"severity": "NEGLIGIBLE"}, 0),
        ({"severity": "HIGH", "fixed_versions": ("2",)}, 45),
        ({"severity": "CRITICAL", "kev": Kev("", "", False), "exploit_public": True}, 85),
        ({"severity": "HIGH", "exploit_public": True, "epss": Epss(0.1, 0.9, "")}, 65),
        ({"severity": "LOW", "epss": Epss(0.01, 0.5, "")}, 15),
        ({"severity": "LOW", "epss": Epss(0.0099, 0.5, "")}, 10),
        ({"severity": "CRITICAL", "kev": Kev("", "", True), "epss": Epss(0.9, 1, ""), "fixed_versions": ("1",)}, 100),
    ],
)
def test_priority_is_the_documented_sum(fields: dict[str, Any], score: int) -> None:
    assert with_priority(finding(**fields)).priority.score == score


def source(updated_at: str, error: str = "") -> SourceStatus:
    return SourceStatus("osv/PyPI", updated_at, 10, error)


@pytest.mark.parametrize(
    ("built_at", "status", "expected"),
    [
        ("2026-11-22T00:00:00Z", source("2026-11-01T00:00:00Z"), []),
        ("2026-11-18T00:00:00Z", source("2026-10-24T00:00:00Z"), []),  # exactly 5 and 30 days
        ("2026-11-16T00:00:00Z", source("2026-11-01T00:00:00Z"), ["stale-database"]),
        ("2026-11-22T00:00:00Z", source("2026-10-01T00:00:00Z"), ["stale-feed"]),
        ("2026-11-22T00:00:00Z", source(""), ["feed-age-unknown"]),
        ("2026-11-22T00:00:00Z", source("", "404"), ["feed-error"]),
        ("2027-11-22T00:00:00Z", source("2026-11-01T00:00:00Z"), ["clock"]),
    ],
)
def test_old_data_is_a_gap(built_at: str, status: SourceStatus, expected: list[str]) -> None:
    database = FakeDatabase(Meta(built_at), covered={"pypi": status})
    assert [g.what for g in freshness_gaps(["pypi"], database, NOW)] == expected  # type: ignore[arg-type]


def test_what_is_stale_is_the_users_to_say() -> None:
    database = FakeDatabase(covered={"pypi": source("2026-08-25T00:00:00Z")})  # 90 days before
    for days, expected in ((89, ["stale-feed"]), (90, [])):
        gaps = freshness_gaps(["pypi"], database, NOW, timedelta(days=days))  # type: ignore[arg-type]
        assert [g.what for g in gaps] == expected


def test_only_feeds_in_use_count() -> None:
    database = FakeDatabase(covered={"pypi": source("2020-01-01T00:00:00Z")})
    assert freshness_gaps(["npm"], database, NOW) == ()  # type: ignore[arg-type]


def test_a_feed_that_was_not_asked_is_not_missed() -> None:
    stale = FakeDatabase(covered={"pypi": source("2020-01-01T00:00:00Z")})
    for owned, expected in ((True, []), (False, ["stale-feed"])):
        package = Package("pkg:pypi/six@1", "six", "1", "pypi", ecosystem="pypi", os_owned=owned)
        enriched = enrich([], ImageInfo("x", "oci"), Inventory(None, (package,)), stale, NOW)  # type: ignore[arg-type]
        assert [g.what for g in enriched.gaps] == expected


def test_an_ended_release_is_a_finding_and_layers_get_their_instruction() -> None:
    info = ImageInfo("x", "oci", repository="shop", layers=(LayerRef(0, "sha256:a", created_by="ADD base"),))
    enriched = enrich(
        [finding(diff_id="sha256:a", severity="LOW")],
        info,
        Inventory(BULLSEYE, ()),
        FakeDatabase(),  # type: ignore[arg-type]
        NOW,
    )
    assert [f.kind for f in enriched.findings] == ["eol", "vulnerability"]  # HIGH before LOW
    assert enriched.findings[0].id == "EOL-debian-11"
    assert enriched.findings[1].created_by == "ADD base"
    assert [g.what for g in enriched.gaps] == ["eol-os"]
