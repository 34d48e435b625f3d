"""The exit codes of the contract, over every combination of what can be wrong and what can be asked."""

from dataclasses import replace
from itertools import product

import pytest

from scantling.model.coverage import Gap
from scantling.policy.evaluate import evaluate, exit_code
from scantling.policy.gate import Gate, OnGap
from support.sample_report import DJANGO, LIBSSL, OPENSSL, ZLIB, finding, report

GAP = Gap("parser-failure", "app.jar", "cut short")
EVERYTHING = list(
    product(
        (False, True),  # a finding
        (None, False, True),  # end of life
        (False, True),  # a blocking gap
        (1.0, 100.0),  # age of the database in hours
        (None, 0, 1, 7),  # --exit-code
        (None, 0, 9),  # --exit-on-eol
        (None, OnGap.FAIL, OnGap.REPORT),  # --on-gap
        (None, 24.0),  # --max-db-age
    )
)


def table(
    found: bool,
    eol: bool | None,
    gap: bool,
    age: float,
    code: int | None,
    on_eol: int | None,
    on_gap: OnGap | None,
    max_age: float | None,
) -> int:
    """The contract, written a second time as the sentences stand there."""
    if found and code:
        return code
    if eol and on_eol:
        return on_eol
    gate_asked = bool(code) or bool(on_eol) or on_gap is OnGap.FAIL or max_age is not None
    if gap and gate_asked and on_gap is not OnGap.REPORT:
        return 4
    if max_age is not None and age > max_age:
        return 5
    return 0


def test_exit_code_table() -> None:
    finding_ = finding("CVE-1", OPENSSL, "HIGH", "4")
    for found, eol, gap, age, code, on_eol, on_gap, max_age in EVERYTHING:
        gate = Gate(exit_code=code, exit_on_eol=on_eol, on_gap=on_gap, max_db_age_hours=max_age)
        scanned = report((finding_,) if found else (), (OPENSSL,), (GAP,) if gap else (), eol=eol, age_hours=age)
        verdict = evaluate(scanned, gate)
        result = exit_code(replace(scanned, verdict=verdict), gate)
        expected = table(found, eol, gap, age, code, on_eol, on_gap, max_age)
        case = (found, eol, gap, age, code, on_eol, on_gap, max_age)
        assert result == expected, case
        assert verdict.outcome == ("not_asked" if not gate.is_asked else "fail" if expected else "pass"), case


def test_a_gap_that_does_not_block_fails_nothing() -> None:
    scanned = report(gaps=(Gap("lts-os", "etc/os-release", "long-term support", blocks=False),))
    verdict = evaluate(scanned, Gate(exit_code=1))
    assert verdict.outcome == "pass"


def test_the_violation_says_which_upgrades_clear_what() -> None:
    findings = (
        finding("CVE-1", OPENSSL, "HIGH", "3.0.11-1"),
        finding("CVE-1", LIBSSL, "HIGH", "3.0.11-1"),
        finding("CVE-2", OPENSSL, "CRITICAL", "3.0.12-1"),
        finding("CVE-3", DJANGO, "HIGH", "3.2.5"),
        finding("CVE-4", ZLIB, "HIGH"),
    )
    verdict = evaluate(report(findings, (OPENSSL, LIBSSL, ZLIB, DJANGO)), Gate(exit_code=1))
    (violation,) = verdict.violations
    assert violation.rule == "severity"
    assert violation.message == "5 findings counted: 1 CRITICAL, 4 HIGH"
    assert violation.findings == tuple(sorted(found.fingerprint for found in findings))
    assert violation.remediation.split("; ")[:2] == [
        "upgrade openssl to 3.0.12-1 (clears 3)",
        "upgrade django to 3.2.5 (clears 1)",
    ]
    assert "1 without a fixed version" in violation.remediation


def test_what_the_filter_hid_is_a_warning_in_every_report() -> None:
    findings = (finding("CVE-1", OPENSSL, "LOW"), finding("CVE-2", OPENSSL, "CRITICAL", "4"))
    verdict = evaluate(report(findings, (OPENSSL,)), Gate(severities=frozenset({"CRITICAL"}), ignore_unfixed=True))
    assert [warning.message for warning in verdict.warnings] == [
        "1 finding is not shown: --severity CRITICAL --ignore-unfixed"
    ]


@pytest.mark.parametrize("asked", [Gate(), Gate(on_gap=OnGap.REPORT, exit_code=1)])
def test_an_incomplete_scan_is_a_warning_where_it_does_not_fail(asked: Gate) -> None:
    verdict = evaluate(report(gaps=(GAP,)), asked)
    assert [warning.rule for warning in verdict.warnings] == ["incomplete"]
    assert "app.jar" in verdict.warnings[0].message


def test_unknown_end_of_life_warns_when_it_was_asked_about() -> None:
    verdict = evaluate(report(eol=None), Gate(exit_on_eol=1))
    assert verdict.outcome == "pass"
    assert [warning.rule for warning in verdict.warnings] == ["eol-os"]
