"""What the table folds away, and what it never does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scantling.model.advisory import Kev
from scantling.model.finding import Finding, Priority
from scantling.model.report import Verdict, Violation
from scantling.report.options import ReportOptions
from scantling.report.table import render
from support.sample_report import DJANGO, LODASH, OPENSSL, finding, report

DEV = replace(LODASH, is_dev=True)


def table(*findings: Finding, verdict: Verdict | None = None) -> str:
    return render(report(findings, (DEV, OPENSSL, DJANGO), verdict=verdict), ReportOptions()).decode()


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        (finding("CVE-1", DEV, fixed="2"), "1 in packages for development only"),
        (finding("CVE-1", OPENSSL, from_base=True), "1 in the base image without a fix"),
    ],
)
def test_noise_is_folded_away_with_a_count(noise: Finding, said: str) -> None:
    text = table(noise, finding("CVE-2", DJANGO))
    assert "CVE-1" not in text
    assert "CVE-2" in text
    assert said in text
    assert "2 HIGH" in text  # the sum counts it all the same


@pytest.mark.parametrize(
    "serious",
    [
        finding("CVE-1", DEV, kev=Kev("2026-01-01", "", False)),
        finding("CVE-1", DEV, exploit_public=True),
        finding("CVE-1", DEV, status="unverified"),
        finding("CVE-1", OPENSSL, fixed="4", from_base=True),
        finding("CVE-1", OPENSSL, from_base=None),
    ],
)
def test_what_may_matter_is_shown(serious: Finding) -> None:
    assert "CVE-1" in table(serious)


def test_what_the_verdict_names_is_shown() -> None:
    named = finding("CVE-1", DEV)
    verdict = Verdict("fail", (Violation("r", "deny", "not allowed", (named.fingerprint,)),))
    assert "CVE-1 " in table(named, verdict=verdict)


def test_the_table_is_sorted_by_priority() -> None:
    low = finding("CVE-1", OPENSSL, "LOW", "4", kev=Kev("2026-01-01", "", False), priority=Priority(50))
    high = finding("CVE-2", OPENSSL, "HIGH", "4", priority=Priority(45))
    text = table(high, low)
    assert text.index("CVE-1") < text.index("CVE-2")
