"""An explanation holds what was found, the comparison behind it, the rule it breaks and the way out."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest

from scantling.explain.comparison import steps
from scantling.explain.explanation import explanations
from scantling.explain.page import render
from scantling.explain.upgrade_command import upgrade_command
from scantling.model.finding import Finding, MatchEvidence, Suppression
from scantling.model.report import ReportLayer, Verdict, Violation
from scantling.report.paint import Paint
from support.sample_report import DJANGO, HOSTILE, LAYER, LODASH, OPENSSL, finding, package, report

DEB = "pkg:deb/debian/x@1"


def text(*found: object, width: int = 100) -> str:
    return render(found, width, Paint(False)).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("version", "range_", "holds"),
    [
        ("1.0-1", "<1.0-2", [True]),
        ("1.0~rc1-1", ">=1.0-1, <2.0", [False, True]),
        ("1:0.5-1", "<1.0", [False]),
        ("1.0-1+b1", "<=1.0-1", [False]),
        ("2.0-1", ">=1.0, <1.5 || >=1.9, <2.1", [True, False, True, True]),
        ("1.0-1", "=1.0-1", [True]),
    ],
)
def test_each_step_is_what_dpkg_says(version: str, range_: str, holds: list[bool]) -> None:
    found = steps(DEB, version, range_)
    assert [step.holds for step in found] == holds
    if shutil.which("dpkg") is None:
        pytest.skip("no dpkg here to ask")
    said = [subprocess.run(step.command, shell=True, check=False).returncode == 0 for step in found]
    assert said == holds


def test_what_cannot_be_compared_is_said_and_no_bound_is_no_step() -> None:
    (step,) = steps("pkg:pypi/x@1", "not a version", "<2.0")
    assert step.holds is None
    assert "cannot be compared" in step.sentence
    assert steps("pkg:pypi/x@1", "1.0", ">=0") == ()
    assert steps("pkg:unheard/x@1", "1.0", "<2") == ()
    assert steps("no purl", "1.0", "<2") == ()


def test_found_by_id_alias_and_fingerprint() -> None:
    one = finding("CVE-2020-1", DJANGO, "CRITICAL", "3.2.1", aliases=("GHSA-aaaa",), fingerprint="0123456789abcdef")
    scanned = report(packages=(DJANGO, LODASH), findings=(one, finding("CVE-2020-2", LODASH)))
    for name in ("CVE-2020-1", "cve-2020-1", "ghsa-AAAA", "01234567"):
        assert [found.finding.id for found in explanations(scanned, name)] == ["CVE-2020-1"]
    assert explanations(scanned, "0123") == ()
    assert explanations(scanned, "CVE-2020") == ()


def test_the_layer_the_rule_and_the_way_out() -> None:
    one = finding("CVE-1", LODASH, "HIGH", "4.17.12")
    scanned = report(packages=(LODASH,), findings=(one,))
    layers = (ReportLayer("sha256:0", "", 1, "base", None), ReportLayer(LAYER, "", 1, "RUN npm ci", None))
    violation = Violation("fixable", "deny", "a fix exists", (one.fingerprint,), due="2026-12-01")
    scanned = replace(scanned, target=replace(scanned.target, layers=layers), verdict=Verdict("fail", (violation,)))
    shown = text(*explanations(scanned, "CVE-1"))
    for part in (
        "layer 2 of 2, made by: RUN npm ci",
        "versions <4.17.12 are affected",
        "4.17.11 is below 4.17.12 (npm order)",
        "npm install lodash@4.17.12",
        "stops the image by the rule fixable, from 2026-12-01 on: a fix exists",
    ):
        assert part in shown


def test_of_a_binary_package_the_source_is_compared() -> None:
    built = package("deb", "libx1", "1.0-1", source="x")
    one = finding("CVE-1", built, match=MatchEvidence("debian", "<1.0-2"))
    (found,) = explanations(report(packages=(built,), findings=(one,)), "CVE-1")
    assert [step.holds for step in found.steps] == [True]
    assert "built from the source package x" in text(found)


def test_a_suppressed_finding_says_who_and_why() -> None:
    one = finding("CVE-1", OPENSSL, fixed="9", suppressed=Suppression("ops", "not reachable", "2027-01-01"))
    shown = text(*explanations(report(packages=(OPENSSL,), findings=(one,)), "CVE-1"))
    assert "nothing: suppressed by ops until 2027-01-01: not reachable" in shown


@pytest.mark.parametrize(
    ("type_", "name", "command"),
    [
        ("deb", "libssl3", "apt-get update && apt-get install -y --only-upgrade libssl3"),
        ("apk", "busybox", "apk add --no-cache --upgrade busybox"),
        ("rpm", "openssl", "dnf upgrade -y openssl"),
        ("pypi", "django", "pip install 'django>=2.0'"),
        ("npm", "@scope/x", "npm install @scope/x@2.0"),
        ("gem", "rack", "gem install rack --version '>= 2.0'"),
        ("golang", "golang.org/x/net", "go get golang.org/x/net@v2.0"),
        ("hex", "plug", ""),
    ],
)
def test_commands_name_the_package_as_its_program_does(type_: str, name: str, command: str) -> None:
    one = package(type_, name, "1.0")
    assert upgrade_command(finding("CVE-1", one, fixed="2.0"), one) == command


def test_no_command_for_what_the_distribution_brought_or_nobody_fixed() -> None:
    assert upgrade_command(finding("CVE-1", DJANGO, fixed="9"), replace(DJANGO, os_owned=True)) == ""
    assert upgrade_command(finding("CVE-1", DJANGO), DJANGO) == ""


def test_a_name_made_for_a_shell_is_quoted() -> None:
    evil = package("npm", "x; rm -rf /", "1.0")
    assert upgrade_command(finding("CVE-1", evil, fixed="$(id)"), evil) == "npm install 'x; rm -rf /@$(id)'"


def test_hostile_text_reaches_no_terminal() -> None:
    bad = package("pypi", HOSTILE, "1.0")
    one = finding("CVE-1", bad, fixed=HOSTILE, title=HOSTILE, description=HOSTILE, references=(HOSTILE,))
    shown = text(*explanations(report(packages=(bad,), findings=(one,)), "CVE-1"), width=60)
    assert not set(shown) & {"\x1b", "\x07", "\u202e", "\u200b"}
    assert max(map(len, shown.splitlines())) <= 60


def test_what_no_package_brought() -> None:
    secret = Finding(fingerprint="f" * 64, kind="secret", id="github-pat", severity="CRITICAL", path="app/.env", line=3)
    shown = text(*explanations(report(findings=(secret,)), "github-pat"))
    assert "app/.env, line 3" in shown
