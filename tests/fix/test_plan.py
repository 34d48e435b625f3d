"""A plan holds what clears the gate and nothing that could be left out; what is left has a reason and a choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scantling.fix.change import HEALTHCHECK, LANGUAGE, SYSTEM, USER, Change, Plan
from scantling.fix.language import is_major
from scantling.fix.plan import Judge, plan
from scantling.model.finding import Finding, Suppression
from scantling.model.report import Report, ReportPackage, Verdict, Violation
from scantling.policy.evaluate import evaluate
from scantling.policy.gate import Gate
from support.sample_report import EMPTY_CONFIG, finding, package, report

APT = package("deb", "apt", "2.6.1")
SSL = package("deb", "libssl3", "3.0.11-1", source="openssl")
CLI = package("deb", "openssl", "3.0.11-1", source="openssl")
DJANGO = package("pypi", "django", "3.2.1", path="srv/app/Django-3.2.1.dist-info/METADATA")
LODASH = package("npm", "lodash", "4.17.4", path="srv/app/node_modules/lodash/package.json")
TODAY = date(2026, 11, 24)


def made(*findings: Finding, packages: tuple[ReportPackage, ...] = (APT, SSL, CLI, DJANGO, LODASH)) -> Plan:
    asked = Gate(exit_code=1)
    return plan(report(packages=packages, findings=findings), lambda one: evaluate(one, asked), "", TODAY)


def only(found: Plan) -> Change:
    (change,) = found.changes
    return change


def test_packages_of_one_source_are_one_change_to_the_newest_fix_in_one_line() -> None:
    found = made(
        finding("CVE-1", SSL, fixed="3.0.13-1"),
        finding("CVE-1", CLI, fixed="3.0.13-1"),
        finding("CVE-2", SSL, fixed="3.0.9-1"),
    )
    change = only(found)
    assert (change.kind, change.name, change.installed, change.version) == (SYSTEM, "openssl", "3.0.11-1", "3.0.13-1")
    assert found.commands == (
        "apt-get update && apt-get install -y --no-install-recommends --only-upgrade libssl3=3.0.13-1 openssl=3.0.13-1"
        " && rm -rf /var/lib/apt/lists/*",
    )
    assert (found.before, found.after, found.blocking, found.left) == ("fail", "pass", (3, 0), ())


def test_a_binary_with_a_version_of_its_own_is_not_pinned() -> None:
    rebuilt = replace(package("deb", "libfoo1", "1:2.0+b1", source="foo"), source=SSL.source)
    found = made(finding("CVE-1", rebuilt, fixed="3.0.13-1"), packages=(APT, rebuilt))
    assert "--only-upgrade libfoo1 &&" in found.commands[0]


@pytest.mark.parametrize(
    ("manager", "type_", "line"),
    [
        ("apk-tools", "apk", "apk add --no-cache --upgrade 'zlib>=1.3'"),
        ("dnf", "rpm", "dnf upgrade -y zlib-1.3 && dnf clean all"),
        ("microdnf", "rpm", "microdnf upgrade -y zlib-1.3 && microdnf clean all"),
        ("zypper", "rpm", "zypper --non-interactive install 'zlib>=1.3' && zypper clean --all"),
    ],
)
def test_each_package_manager_has_its_line(manager: str, type_: str, line: str) -> None:
    zlib = package(type_, "zlib", "1.2")
    assert made(finding("CVE-1", zlib, fixed="1.3"), packages=(package(type_, manager, "1"), zlib)).commands == (line,)


def test_without_a_package_manager_there_is_no_line_but_a_word_on_the_base() -> None:
    found = made(finding("CVE-1", SSL, fixed="3.0.13-1"), packages=(SSL,))
    assert found.commands == ()
    assert "newer base" in only(found).notes[0]


def test_a_language_package_goes_to_the_lowest_version_that_fixes_all() -> None:
    branches = replace(finding("CVE-2", DJANGO, fixed="x"), fixed_versions=("3.2.4", "4.1.0"))
    found = made(finding("CVE-1", DJANGO, fixed="3.2.25"), branches)
    change = only(found)
    assert (change.kind, change.version, change.is_major) == (LANGUAGE, "3.2.25", False)
    assert found.commands == ("pip install --no-cache-dir --upgrade django==3.2.25",)
    assert "not known" in change.notes[0]  # nothing says whether the application asks for it itself


def test_who_brings_a_transitive_package_is_said() -> None:
    through = replace(LODASH, direct=False, dependency_path=("pkg:npm/grunt@1.0.0",))
    found = made(finding("CVE-1", through, fixed="4.17.21"), packages=(through,))
    assert only(found).notes == ("transitive, through pkg:npm/grunt@1.0.0",)


@pytest.mark.parametrize(
    ("old", "new", "major"),
    [("3.2.1", "4.2.16", True), ("3.2.1", "3.9", False), ("0.21.1", "0.30.0", True), ("0.0.8", "0.2.4", True),
     ("1.0", "1.0.1", False), ("2018.4", "2023.7", True)],
)  # fmt: skip
def test_a_major_step_changes_the_first_number_that_is_not_zero(old: str, new: str, major: bool) -> None:
    assert is_major(old, new) is major


def test_what_clears_most_comes_first() -> None:
    found = made(
        finding("CVE-1", LODASH, fixed="4.17.5"), *(finding(f"CVE-{n}", DJANGO, fixed="3.2.2") for n in range(2, 5))
    )
    assert [(change.name, change.violations) for change in found.changes] == [("django", 3), ("lodash", 1)]


def most(count: int) -> Judge:
    """A gate that allows ``count`` findings, and names all of them when there are more."""

    def judge(one: Report) -> Verdict:
        prints = tuple(finding.fingerprint for finding in one.findings)
        if len(prints) <= count:
            return Verdict("pass")
        return Verdict("fail", (Violation("severity", "deny", "too many", prints),))

    return judge


def test_no_change_is_in_the_plan_that_can_be_left_out() -> None:
    findings = [finding("CVE-1", LODASH, fixed="4.17.5"), finding("CVE-2", SSL, fixed="3.0.13-1")]
    findings += [finding(f"CVE-{n}", DJANGO, fixed="3.2.2") for n in range(3, 6)]
    scanned = report(packages=(APT, SSL, DJANGO, LODASH), findings=tuple(findings))
    found = plan(scanned, most(2), "", TODAY)
    assert [change.name for change in found.changes] == ["django"]
    assert (found.after, found.findings) == ("pass", (5, 2))


def test_what_has_no_fix_is_left_with_a_reason_and_the_line_that_accepts_it() -> None:
    found = made(finding("CVE-1", LODASH), finding("CVE-2", LODASH, fixed="4.17.5"))
    (left,) = found.left
    assert (found.after, left.id, left.why) == ("fail", "CVE-1", "no fixed version is known")
    assert left.choices[-1] == (
        "scantling ignore add CVE-1 --package pkg:npm/lodash@4.17.4 --expires 2027-02-22 --owner WHO --reason 'WHY'"
    )


def test_what_is_suppressed_needs_no_change() -> None:
    assert made(finding("CVE-1", LODASH, fixed="5", suppressed=Suppression("me", "no"))).changes == ()


def user_and_health(one: Report) -> Verdict:
    config = one.target.config
    rules = [Violation("user", "deny", "root")] if config.user in {"", "root"} else []
    rules += [] if config.healthcheck else [Violation("healthcheck", "deny", "none")]
    return Verdict("fail" if rules else "pass", tuple(rules))


def test_rules_on_user_and_health_check_are_answered_by_lines() -> None:
    scanned = report(packages=(package("generic", "python", "3.11.4"),))
    config = replace(EMPTY_CONFIG, exposed_ports=("53/udp", "8000/tcp"))
    scanned = replace(scanned, target=replace(scanned.target, config=config))
    found = plan(scanned, user_and_health, "", TODAY)
    assert {change.kind: change.version for change in found.changes} == {
        USER: "65532:65532",
        HEALTHCHECK: "HEALTHCHECK CMD python3 -c \"import socket; socket.create_connection(('127.0.0.1', 8000), 3)\"",
    }
    assert found.after == "pass"


def test_without_a_port_or_a_program_the_health_check_is_left_to_a_person() -> None:
    found = plan(report(), user_and_health, "", TODAY)
    assert [change.is_mechanical for change in found.changes if change.name == "HEALTHCHECK"] == [False]


def test_a_secret_is_revoked_by_hand() -> None:
    secret = Finding(fingerprint="s", kind="secret", id="github-pat", title="Token", severity="CRITICAL", path="a/.env")
    change = only(made(secret))
    assert (change.is_mechanical, change.name) == (False, "a/.env")
    assert "revoke" in change.advice
