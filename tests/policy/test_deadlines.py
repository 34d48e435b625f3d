"""How long a finding is still allowed: by hand-counted days, with a fixed clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scantling.model.advisory import Kev
from scantling.model.finding import Finding
from scantling.model.report import Violation
from scantling.policy.document import parse_policy
from scantling.policy.judge import judge
from scantling.policy.requirement import Circumstances
from scantling.store.history import Seen
from support.sample_report import OPENSSL, finding, report

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HIGH = finding("CVE-1", OPENSSL, "HIGH", "4", published="2026-11-01T00:00:00Z")
UNFIXED = finding("CVE-2", OPENSSL, "HIGH")


def rulings(grace: str, one: Finding, first: str = "", fixed: str = "") -> tuple[Violation, ...]:
    text = f"version: 1\nrules:\n  - {{rule: vulnerabilities, {grace}}}\n"
    history = {one.fingerprint: Seen(first, fixed)} if first else {}
    scanned = replace(report((one,), (OPENSSL,)), scanners=("vuln",))
    return judge(scanned, parse_policy(text.encode(), "p.yaml"), Circumstances(NOW, history))


@pytest.mark.parametrize(
    ("grace", "first", "fixed", "severity", "due"),
    [
        ("grace: 30", "2026-11-01T00:00:00Z", "", "warn", "2026-12-01"),
        ("grace: 22", "2026-11-01T23:00:00Z", "", "warn", "2026-11-23"),  # the last day is still allowed
        ("grace: 21", "2026-11-01T00:00:00Z", "", "deny", None),
        ("grace: 7", "", "", "warn", "2026-11-30"),  # never seen before: its time starts now
        ("grace: 0", "", "", "warn", "2026-11-23"),
        ("grace: {HIGH: 5}", "2026-11-20T00:00:00Z", "", "warn", "2026-11-25"),
        ("grace: {CRITICAL: 5}", "2026-11-20T00:00:00Z", "", "deny", None),  # no grace for HIGH
        ("grace: 14, since: fix", "2025-01-01T00:00:00Z", "2026-11-20T00:00:00Z", "warn", "2026-12-04"),
        ("grace: 2, since: fix", "2025-01-01T00:00:00Z", "2026-11-20T00:00:00Z", "deny", None),
        ("grace: 30, since: published", "", "", "warn", "2026-12-01"),
        ("grace: 10, since: published", "", "", "deny", None),
        ("since: kev-due", "", "", "deny", None),  # not in CISA's list
    ],
)
def test_days_are_counted_from_what_was_asked(
    grace: str, first: str, fixed: str, severity: str, due: str | None
) -> None:
    (ruling,) = rulings(grace, HIGH, first, fixed)
    assert (ruling.severity, ruling.due) == (severity, due)


def test_the_days_left_are_said() -> None:
    (ruling,) = rulings("grace: 30", HIGH, "2026-11-01T00:00:00Z")
    assert ruling.message.endswith("; 8 days left for the first")
    (ruling,) = rulings("grace: 22", HIGH, "2026-11-01T00:00:00Z")
    assert ruling.message.endswith("; today is the last day")


def test_the_clock_of_a_fix_that_is_not_out_does_not_run() -> None:
    (ruling,) = rulings("grace: 1, since: fix", UNFIXED, "2020-01-01T00:00:00Z")
    assert ruling.severity == "warn" and ruling.due is None and "no fix yet" in ruling.message


def test_an_unknown_day_of_publication_gives_no_grace() -> None:
    (ruling,) = rulings("grace: 900, since: published", UNFIXED)
    assert ruling.severity == "deny"


def test_cisa_sets_the_day() -> None:
    for due, severity in (("2026-11-23", "warn"), ("2026-11-22", "deny")):
        (ruling,) = rulings("kev: true, since: kev-due", replace(HIGH, kev=Kev("2026-11-01", due, True)))
        assert ruling.severity == severity


def test_what_is_overdue_and_what_is_not_are_two_rulings() -> None:
    late = replace(HIGH, fingerprint="late")
    text = b"version: 1\nrules:\n  - {rule: vulnerabilities, grace: 7}\n"
    history = {"late": Seen("2026-01-01T00:00:00Z", "")}
    scanned = replace(report((HIGH, late), (OPENSSL,)), scanners=("vuln",))
    found = judge(scanned, parse_policy(text, "p.yaml"), Circumstances(NOW, history))
    assert [(one.severity, one.findings) for one in found] == [("deny", ("late",)), ("warn", (HIGH.fingerprint,))]
