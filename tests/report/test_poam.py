"""The plan of action: FedRAMP's columns, one row for each weakness of the image, dates by hand."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from scantling.model.advisory import Cvss, Kev
from scantling.model.coverage import Gap
from scantling.model.finding import Suppression
from scantling.model.report import Report
from scantling.report.options import ReportOptions
from scantling.report.poam import original_risk, render
from support.sample_report import OPENSSL, ZLIB, finding, report


def rows(value: Report) -> list[dict[str, str]]:
    made = replace(value, created_at="2026-11-23T08:00:00Z")
    return list(csv.DictReader(io.StringIO(render(made, ReportOptions()).decode(), newline="")))


def plan(*findings: object) -> list[dict[str, str]]:
    return rows(replace(report(tuple(findings), (OPENSSL, ZLIB)), gaps=()))  # type: ignore[arg-type]


def test_one_row_for_a_weakness_in_two_packages() -> None:
    (row,) = plan(finding("CVE-2026-1", OPENSSL, "HIGH", "4"), finding("CVE-2026-1", ZLIB, "HIGH", "2"))
    assert row["Weakness Source Identifier"] == row["CVE"] == "CVE-2026-1"
    assert "2 place(s)" in row["Comments"]


@pytest.mark.parametrize(
    ("severity", "rating", "due"),
    [("CRITICAL", "High", "2026-12-23"), ("HIGH", "High", "2026-12-23"), ("MEDIUM", "Moderate", "2027-02-21"),
     ("LOW", "Low", "2027-05-22"), ("UNKNOWN", "High", "2026-12-23")],
)  # fmt: skip
def test_due_after_30_90_and_180_days(severity: str, rating: str, due: str) -> None:
    (row,) = plan(finding("CVE-2026-1", OPENSSL, severity))
    assert (row["Original Risk Rating"], row["Scheduled Completion Date"]) == (rating, due)


def test_cisas_date_comes_first() -> None:
    (row,) = plan(finding("CVE-2026-1", OPENSSL, "HIGH", kev=Kev("2026-11-20", "2026-12-11", False)))
    assert row["Scheduled Completion Date"] == "2026-12-11"
    assert row["Binding Operational Directive 22-01 tracking"] == "Yes"
    assert row["Binding Operational Directive 22-01 Due Date"] == "2026-12-11"


def test_the_original_risk_is_nvds_version_3_score() -> None:
    scores = (Cvss("nvd", "2.0", "", 9.3), Cvss("nvd", "3.1", "", 5.0), Cvss("redhat", "3.1", "", 9.8))
    assert original_risk([finding("CVE-1", OPENSSL, "CRITICAL", cvss=scores)])[0] == "Moderate"
    assert original_risk([finding("CVE-1", OPENSSL, "LOW", cvss=scores[:1])])[0] == "High"
    assert original_risk([finding("CVE-1", OPENSSL, "LOW", cvss=scores[2:])]) == ("Low", "severity LOW")


def test_what_is_accepted_stays_as_a_deviation_to_be_approved() -> None:
    kept = finding("CVE-2026-1", OPENSSL, "HIGH", suppressed=Suppression("ignore.yaml", "needed until the move"))
    vex = finding("CVE-2026-2", OPENSSL, "HIGH", suppressed=Suppression("VEX by us (a.json)", "code not present"))
    by_id = {row["CVE"]: row for row in plan(kept, vex)}
    assert by_id["CVE-2026-1"]["Operational Requirement"] == "Pending"
    assert by_id["CVE-2026-1"]["Deviation Rationale"] == "ignore.yaml: needed until the move"
    assert by_id["CVE-2026-2"]["False Positive"] == "Pending"


def test_a_vendor_without_a_fix_is_a_dependency() -> None:
    by_id = {row["CVE"]: row for row in plan(finding("CVE-2026-1", OPENSSL), finding("CVE-2026-2", ZLIB, fixed="2"))}
    assert (by_id["CVE-2026-1"]["Vendor Dependency"], by_id["CVE-2026-2"]["Vendor Dependency"]) == ("Yes", "No")


def test_what_was_not_looked_at_is_the_first_row() -> None:
    made = replace(report((finding("CVE-1", OPENSSL),), (OPENSSL,)), gaps=(Gap("no-feed", "npm", "none", True),))
    assert rows(made)[0]["POAM ID"] == "incomplete-scan"
