"""What a control comes to: never a pass where somebody did not look, or where a person has to say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scantling.compliance.assess import assess
from scantling.compliance.pack import parse_pack
from scantling.model.compliance import ControlResult
from scantling.model.coverage import Gap
from scantling.model.finding import Suppression
from scantling.model.report import Report, Verdict, Violation
from scantling.policy.requirement import Circumstances
from scantling.store.history import Seen
from support.sample_report import EMPTY_CONFIG, OPENSSL, ZLIB, finding, report

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALL = ("integrity", "malware", "misconfig", "secret", "vuln")
CRITICAL = finding("CVE-1", OPENSSL, "CRITICAL", "4")


def scanned(*findings: object, **more: object) -> Report:
    made = report(tuple(findings), (OPENSSL, ZLIB), gaps=())  # type: ignore[arg-type]
    return replace(made, **({"scanners": ALL, "status": "complete", "gaps": ()} | more))  # type: ignore[arg-type]


def control(of: Report, *checks: str, more: str = "", seen: dict[str, Seen] | None = None) -> ControlResult:
    listed = "".join(f"      - {{{check}}}\n" for check in checks)
    text = f"version: 1\nid: own\ntitle: Own\nframework: '1'\ncontrols:\n  - id: C-1\n    title: T\n    asks: A\n{more}"
    text += f"    checks:\n{listed}" if checks else ""
    pack = parse_pack(text.encode(), "own.yaml")
    result = assess(of, pack, Circumstances(NOW, seen or {}))
    (only,) = result.controls
    assert (result.passed, result.failed, result.not_checkable) == tuple(
        int(only.outcome == word) for word in ("pass", "fail", "not_checkable")
    )
    return only


def test_a_control_whose_checks_hold_passes() -> None:
    assert control(scanned(), "rule: vulnerabilities", "rule: secrets", "rule: inventory").outcome == "pass"


def test_a_control_fails_with_the_findings_and_what_to_do() -> None:
    failed = control(scanned(CRITICAL), "rule: secrets", "rule: vulnerabilities")
    assert failed.outcome == "fail"
    assert [check.outcome for check in failed.checks] == ["pass", "fail"]
    assert failed.checks[1].findings == (CRITICAL.fingerprint,)
    assert "upgrade openssl to 4" in failed.checks[1].remediation
    assert ("vulnerabilities", "1 CRITICAL") in {(fact.name, fact.value) for fact in failed.evidence}


@pytest.mark.parametrize(
    ("check", "scanner"),
    [("vulnerabilities", "vuln"), ("secrets", "secret"), ("misconfiguration", "misconfig"), ("malware", "malware"),
     ("integrity", "integrity"), ("end-of-life", "vuln")],
)  # fmt: skip
def test_what_nobody_looked_for_is_not_checkable(check: str, scanner: str) -> None:
    without = scanned(scanners=tuple(word for word in ALL if word != scanner))
    unknown = control(without, f"rule: {check}")
    assert unknown.outcome == "not_checkable"
    assert f"the {scanner} scanner did not run" in unknown.checks[0].message


READ = Gap("unreadable-file", "usr/lib/x", "damaged", True)
OLD = Gap("stale-feed", "debian", "old", True)


@pytest.mark.parametrize(
    "check", ["vulnerabilities", "secrets", "misconfiguration", "integrity", "packages", "coverage"]
)
def test_a_gap_that_blocks_keeps_a_check_from_passing(check: str) -> None:
    unknown = control(scanned(gaps=(READ,)), f"rule: {check}")
    assert unknown.outcome == "not_checkable"
    assert "unreadable-file" in unknown.checks[0].message


def test_a_gap_does_not_keep_a_check_from_failing() -> None:
    assert control(scanned(CRITICAL, gaps=(READ,)), "rule: vulnerabilities").outcome == "fail"


def test_a_gap_of_advisories_says_nothing_about_files() -> None:
    aged = scanned(gaps=(OLD,))
    assert control(aged, "rule: secrets").outcome == "pass"
    assert control(aged, "rule: vulnerabilities").outcome == "not_checkable"


def test_a_gap_that_does_not_block_changes_nothing() -> None:
    assert control(scanned(gaps=(replace(READ, blocks=False),)), "rule: vulnerabilities").outcome == "pass"


def test_a_report_whose_findings_were_filtered_passes_nothing_about_findings() -> None:
    filtered = scanned(verdict=Verdict("not_asked", (), (Violation("filtered", "warn", "2 findings are not shown"),)))
    assert control(filtered, "rule: vulnerabilities").outcome == "not_checkable"


def configured(kind: str = "oci", **more: object) -> Report:
    made = scanned()
    config = replace(EMPTY_CONFIG, **more)  # type: ignore[arg-type]
    return replace(made, target=replace(made.target, kind=kind, config=config))


def test_a_directory_has_no_user() -> None:
    assert control(configured(user="10001"), "rule: user").outcome == "pass"
    assert control(configured(user=""), "rule: user").outcome == "fail"
    assert control(configured("dir"), "rule: user").outcome == "not_checkable"


def test_an_image_without_history_does_not_pass_rules_of_its_build() -> None:
    made = scanned()
    layers = tuple(replace(layer, created_by="") for layer in made.target.layers)
    without = replace(made, target=replace(made.target, layers=layers))
    assert control(without, "rule: misconfiguration, ids: [SCN-IMG-010]").outcome == "not_checkable"
    assert control(without, "rule: misconfiguration, ids: [SCN-FS-001]").outcome == "pass"


def test_without_a_known_base_nothing_is_said_of_it() -> None:
    made = scanned()
    without = replace(made, target=replace(made.target, base=None))
    assert control(without, "rule: base-image, max_age_days: 30").outcome == "not_checkable"
    assert control(without, "rule: base-image, approved: [debian]").outcome == "not_checkable"


def test_a_person_decides_what_checks_cannot() -> None:
    attested = control(scanned(), "rule: vulnerabilities", more="    decided_by: person\n    attest: It is so.\n")
    assert (attested.outcome, attested.attest) == ("not_checkable", "It is so.")
    assert control(scanned(), more="    attest: It is so.\n").outcome == "not_checkable"
    assert control(scanned(CRITICAL), "rule: vulnerabilities", more="    decided_by: person\n").outcome == "fail"


def test_a_baseline_accepts_nothing_for_an_auditor() -> None:
    known = replace(CRITICAL, suppressed=Suppression("baseline old.json", "known before"))
    accepted = replace(CRITICAL, suppressed=Suppression("scantling-ignore.yaml", "owner said so", "2026-12-31"))
    assert control(scanned(known), "rule: vulnerabilities").outcome == "fail"
    assert control(scanned(accepted), "rule: vulnerabilities").outcome == "pass"


def test_the_clock_of_a_fix_runs_from_when_it_was_seen() -> None:
    check = "rule: vulnerabilities, severity: [CRITICAL], fixable: true, grace: 30, since: fix"
    late = {CRITICAL.fingerprint: Seen("2026-01-01T00:00:00Z", "2026-10-01T00:00:00Z")}
    soon = {CRITICAL.fingerprint: Seen("2026-01-01T00:00:00Z", "2026-11-01T00:00:00Z")}
    assert control(scanned(CRITICAL), check, seen=late).outcome == "fail"
    waiting = control(scanned(CRITICAL), check, seen=soon)
    assert waiting.outcome == "pass"
    assert "8 days left" in waiting.checks[0].message  # 1 November and 30 days is 1 December
