"""What the filter shows and what the gate counts."""

from dataclasses import replace

import pytest

from scantling.model.finding import STATUSES, Finding, Suppression
from scantling.policy.gate import Gate, OnGap, counted, select
from support.sample_report import OPENSSL, finding, rich_report

FIXED = finding("CVE-1", OPENSSL, "HIGH", "2")
UNFIXED = finding("CVE-2", OPENSSL, "CRITICAL")
EOL = Finding(fingerprint="eol", kind="eol", id="EOL-debian-9", severity="HIGH", status="end_of_life")


def ids(findings: tuple[Finding, ...]) -> list[str]:
    return [found.id for found in findings]


def test_no_filter_shows_everything() -> None:
    report = rich_report()
    assert select(report.findings, Gate()) == report.findings


def test_severity_is_exact() -> None:
    assert ids(select((FIXED, UNFIXED), Gate(severities=frozenset({"CRITICAL"})))) == ["CVE-2"]


@pytest.mark.parametrize("status", STATUSES)
def test_ignore_unfixed_keeps_what_has_a_fix(status: str) -> None:
    with_fix = replace(FIXED, status=status)
    without = replace(UNFIXED, status=status)
    # Trivy: status "fixed" alone. An unverified one with a known fix could not be compared, so it stays.
    assert bool(select((with_fix,), Gate(ignore_unfixed=True))) == (status in {"fixed", "unverified"})
    assert bool(select((without,), Gate(ignore_unfixed=True))) == (status == "fixed")


def test_ignore_status() -> None:
    deferred = replace(UNFIXED, status="fix_deferred")
    assert ids(select((FIXED, deferred), Gate(ignore_status=frozenset({"fix_deferred"})))) == ["CVE-1"]


def test_status_filters_are_about_vulnerabilities_alone() -> None:
    gate = Gate(ignore_unfixed=True, ignore_status=frozenset({"end_of_life"}))
    assert select((EOL,), gate) == (EOL,)


def test_counted_leaves_out_other_kinds_suppressed_and_negligible() -> None:
    suppressed = replace(FIXED, suppressed=Suppression("team", "not used"))
    negligible = replace(FIXED, severity="NEGLIGIBLE")
    assert counted((FIXED, suppressed, negligible, EOL), Gate()) == (FIXED,)
    assert counted((negligible,), Gate(severities=frozenset({"NEGLIGIBLE"}))) == (negligible,)


@pytest.mark.parametrize(
    ("gate", "asked", "fails_on_gap"),
    [
        (Gate(), False, False),
        (Gate(exit_code=0), False, False),
        (Gate(exit_on_eol=0), False, False),
        (Gate(exit_code=1), True, True),
        (Gate(exit_on_eol=3), True, True),
        (Gate(max_db_age_hours=24), True, True),
        (Gate(on_gap=OnGap.FAIL), True, True),
        (Gate(on_gap=OnGap.REPORT), False, False),
        (Gate(exit_code=1, on_gap=OnGap.REPORT), True, False),
        (Gate(severities=frozenset({"HIGH"}), ignore_unfixed=True), False, False),
    ],
)
def test_when_a_gate_is_asked_for(gate: Gate, asked: bool, fails_on_gap: bool) -> None:
    assert (gate.is_asked, gate.fails_on_gap) == (asked, fails_on_gap)
