"""Every rule: reports that hold and reports that do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scantling.model.advisory import Cvss, Epss, Kev
from scantling.model.compliance import CheckResult, ComplianceResult, ControlResult
from scantling.model.coverage import Gap
from scantling.model.coverage_statement import CoverageStatement, Executables
from scantling.model.finding import Suppression
from scantling.model.report import Report, ReportBase, ReportLayer
from scantling.policy.document import parse_policy
from scantling.policy.judge import judge
from scantling.policy.requirement import Circumstances
from scantling.policy.requirements.catalog import BY_ID
from support.sample_report import EMPTY_CONFIG, LAYER, OPENSSL, ZLIB, finding, report

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALL = ("vuln", "secret", "misconfig", "integrity", "malware", "license")


def found(*findings: object, **more: object) -> Report:
    made = report(tuple(findings), (OPENSSL, ZLIB))  # type: ignore[arg-type]
    return replace(made, scanners=ALL, **more)  # type: ignore[arg-type]


def of_kind(kind: str, severity: str = "HIGH", **more: object) -> object:
    return finding("SCN-1", OPENSSL, severity, kind=kind, **more)


def of_rule(id: str, kind: str, path: str) -> object:
    return replace(finding(id, OPENSSL, "MEDIUM", kind=kind), package=None, path=path)


def licensed(*licences: str) -> Report:
    return replace(found(), packages=(replace(OPENSSL, licenses=licences), ZLIB))


def configured(**more: object) -> Report:
    made = found()
    return replace(made, target=replace(made.target, config=replace(EMPTY_CONFIG, **more)))  # type: ignore[arg-type]


def layered(*sizes: int) -> Report:
    made = found()
    layers = tuple(ReportLayer(f"sha256:{n:064}", "", size, "RUN x", None) for n, size in enumerate(sizes))
    return replace(made, target=replace(made.target, layers=layers))


def beside(*kinds: str) -> Report:
    made = found()
    return replace(made, target=replace(made.target, attached=kinds))


def based(base: ReportBase | None) -> Report:
    made = found()
    return replace(made, target=replace(made.target, base=base))


def denied(text: str, scanned: Report) -> list[str]:
    policy = parse_policy(f"version: 1\nrules:\n  - {{{text}}}\n".encode(), "p.yaml")
    return [
        violation.message for violation in judge(scanned, policy, Circumstances(NOW)) if violation.severity == "deny"
    ]


CRITICAL = finding("CVE-1", OPENSSL, "CRITICAL", "4")
UNFIXED = finding("CVE-2", OPENSSL, "HIGH")
LISTED = finding(
    "CVE-3", ZLIB, "LOW", "2", kev=Kev("2026-01-01", "2026-02-01", False), epss=Epss(0.4, 0.9, "2026-11-01")
)
SCORED = finding("CVE-4", ZLIB, "MEDIUM", "2", cvss=(Cvss("nvd", "3.1", "", 6.5),), exploit_public=True)
EXCUSED = replace(CRITICAL, suppressed=Suppression("ignore", "accepted"))
OLD = ReportBase("docker.io/library/python", "3.11", "sha256:1", "history", "2026-10-01T00:00:00Z", None)
UNOWNED = CoverageStatement(binaries=Executables(9, 8, 0, 1, ("a",)))
YOUNG = replace(OLD, created="2026-11-20T00:00:00Z")

DONE = ComplianceResult("cis", "CIS", "1", "", "", 1, 0, 1, (
    ControlResult("4.1", "", "", "pass", (), (), "", ""),
    ControlResult("4.5", "", "", "not_checkable", (), (), "signed", ""),
))  # fmt: skip
BROKEN = replace(DONE, controls=(
    ControlResult("4.6", "", "", "fail", (CheckResult("healthcheck", "fail", "none", (), "add one"),), (), "", ""),
    ControlResult("4.8", "", "", "not_checkable", (CheckResult("x", "not_checkable", "nobody looked"),), (), "", ""),
))  # fmt: skip

HOLDS = [
    ("rule: scan, max_age_days: 30", found(created_at="2026-11-01T00:00:00Z")),
    ("rule: inventory", found()),
    ("rule: inventory, min_packages: 2", found()),
    ("rule: compliance, pack: cis, attested: true", found(compliance=(DONE,))),
    ("rule: compliance, pack: cis, not_checkable: pass", found(compliance=(DONE,))),
    ("rule: compliance, pack: cis, controls: [4.1]".replace("4.1", "'4.1'"), found(compliance=(DONE,))),
    ("rule: vulnerabilities", found()),
    ("rule: vulnerabilities", found(EXCUSED)),
    ("rule: vulnerabilities", found(replace(CRITICAL, status="not_affected"))),
    ("rule: vulnerabilities, severity: [CRITICAL, HIGH], fixable: true", found(UNFIXED, LISTED)),
    ("rule: vulnerabilities, fixable: false", found(CRITICAL)),
    ("rule: vulnerabilities, kev: true", found(CRITICAL)),
    ("rule: vulnerabilities, epss_min: 0.5", found(LISTED)),
    ("rule: vulnerabilities, cvss_min: 7.0", found(SCORED)),
    ("rule: vulnerabilities, exploit_public: true", found(CRITICAL)),
    ("rule: vulnerabilities, status: [will_not_fix]", found(CRITICAL)),
    ("rule: vulnerabilities, packages: [zlib*]", found(CRITICAL)),
    ("rule: vulnerabilities, except_packages: [openssl]", found(CRITICAL)),
    ("rule: vulnerabilities, except_ids: ['CVE-*']", found(CRITICAL)),
    ("rule: vulnerabilities, reachable: true", found(replace(CRITICAL, reachable="no"))),
    ("rule: vulnerabilities, max: 1", found(CRITICAL)),
    ("rule: vulnerabilities, from_base: true", found(replace(CRITICAL, from_base=False))),
    ("rule: vulnerabilities, paths: ['opt/*']", found(replace(CRITICAL, path="usr/lib/x"))),
    ("rule: secrets", found(CRITICAL)),
    ("rule: misconfiguration, severity: [HIGH]", found(of_kind("misconfig", "LOW"))),
    ("rule: malware", found()),
    ("rule: integrity, except_paths: ['/usr/local/*']", found(of_kind("integrity", path="usr/local/bin/x"))),
    ("rule: setuid-files", found(of_kind("misconfig"))),
    ("rule: setuid-files, except_paths: ['/bin/su']", found(of_rule("SCN-FS-001", "misconfig", "/bin/su"))),
    ("rule: unowned-executables", found(of_kind("integrity"))),
    ("rule: end-of-life", found()),
    ("rule: outdated", found()),
    ("rule: licenses", licensed("MIT")),
    ("rule: licenses, deny: ['GPL-*']", licensed("MIT OR GPL-2.0-only")),
    ("rule: licenses, allow: [MIT], except_packages: ['open*', zlib1g]", licensed("GPL-2.0-only")),
    ("rule: user", configured(user="app")),
    ("rule: user, numeric: true", configured(user="10001:10001")),
    ("rule: healthcheck", configured(healthcheck=("CMD", "true"))),
    ("rule: base-image, max_age_days: 30", based(YOUNG)),
    ("rule: base-image, approved: ['docker.io/library/python:3.*']", based(OLD)),
    ("rule: base-image, approved: [docker.io/library/python], max_age_days: 30, or_young: true", based(OLD)),
    ("rule: base-image, approved: [other], max_age_days: 30, or_young: true", based(YOUNG)),
    ("rule: base-image, newest: true", based(replace(OLD, behind=False))),
    ("rule: base-image, approved: ['*/python'], by_layers: true", based(replace(OLD, source="layers"))),
    ("rule: base-behind", based(replace(OLD, behind=False))),
    ("rule: signed-or-sbom", beside("signature")),
    ("rule: signed-or-sbom, need: both", beside("sbom", "signature")),
    ("rule: base-behind, unknown: warn", based(OLD)),
    ("rule: packages, forbidden: [telnet, 'pkg:npm/*'], required: [openssl]", found()),
    ("rule: labels, required: [team], values: {tier: 'g*'}", configured(labels={"team": "a", "tier": "gold"})),
    ("rule: ports, allowed: [8080], unprivileged: true", configured(exposed_ports=("8080/tcp",))),
    ("rule: size, max_mb: 3, max_layers: 2", layered(1_000_000, 2_000_000)),
    ("rule: database, max_age_hours: 48", found()),
    ("rule: coverage", found(gaps=(Gap("clock", "x", "y", blocks=False),))),
    ("rule: coverage, accepted_gaps: [stale-*]", found(gaps=(Gap("stale-feed", "npm", "old"),))),
    ("rule: coverage, max_unowned: 1", found(coverage=UNOWNED)),
]  # fmt: skip

FAILS = [
    ("rule: scan, max_age_days: 30", found(created_at="2026-10-01T00:00:00Z"), "53 days ago"),
    ("rule: scan, max_age_days: 30", found(created_at="yesterday"), "does not say when"),
    ("rule: inventory, min_packages: 3", found(), "lists 2 packages"),
    ("rule: compliance, pack: cis", found(), "was not judged"),
    ("rule: compliance, pack: cis", found(compliance=(DONE,)), "not decided: 4.5"),
    ("rule: compliance, pack: cis, controls: ['9.*']", found(compliance=(DONE,)), "none of the named controls"),
    ("rule: compliance, pack: cis, not_checkable: pass", found(compliance=(BROKEN,)), "1 control of cis failed: 4.6"),
    ("rule: compliance, pack: cis, controls: ['4.8'], attested: true", found(compliance=(BROKEN,)), "not decided: 4.8"),
    ("rule: vulnerabilities", found(CRITICAL), "1 vulnerability: CVE-1 in openssl"),
    ("rule: vulnerabilities, severity: [CRITICAL, HIGH], fixable: true", found(CRITICAL, UNFIXED), "1 vulner"),
    ("rule: vulnerabilities, fixable: false", found(UNFIXED), "CVE-2"),
    ("rule: vulnerabilities, kev: true", found(LISTED, CRITICAL), "1 vulnerability: CVE-3"),
    ("rule: vulnerabilities, epss_min: 0.4", found(LISTED), "CVE-3"),
    ("rule: vulnerabilities, cvss_min: 6.5", found(SCORED), "CVE-4"),
    ("rule: vulnerabilities, exploit_public: true", found(SCORED, LISTED), "2 vulnerabilities"),
    ("rule: vulnerabilities, status: [affected]", found(UNFIXED, CRITICAL), "1 vulnerability: CVE-2"),
    ("rule: vulnerabilities, packages: ['openss?']", found(CRITICAL, LISTED), "1 vulnerability: CVE-1"),
    ("rule: vulnerabilities, ids: [GHSA-x]", found(replace(CRITICAL, aliases=("GHSA-x",))), "CVE-1"),
    ("rule: vulnerabilities, reachable: true", found(CRITICAL), "CVE-1"),
    ("rule: vulnerabilities, max: 1", found(CRITICAL, UNFIXED), "2 vulnerabilities, 1 allowed"),
    ("rule: vulnerabilities, from_base: true", found(CRITICAL), "CVE-1"),
    ("rule: vulnerabilities, paths: ['/usr/*']", found(replace(CRITICAL, path="usr/lib/x")), "CVE-1"),
    ("rule: vulnerabilities, used_at_runtime: true", found(CRITICAL), "CVE-1"),
    ("rule: secrets", found(of_kind("secret", package=None, path="app/.env")), "SCN-1 at app/.env"),
    ("rule: misconfiguration", found(of_kind("misconfig", package=None)), "1 misconfiguration"),
    ("rule: malware", found(of_kind("malware")), "1 malicious file"),
    ("rule: integrity", found(of_kind("integrity")), "1 integrity problem"),
    ("rule: setuid-files", found(of_rule("SCN-FS-001", "misconfig", "/bin/x")), "1 setuid or setgid program: SCN-FS"),
    ("rule: unowned-executables", found(of_rule("SCN-INT-010", "integrity", "/opt")), "1 place with executables"),
    ("rule: end-of-life", found(of_kind("eol")), "1 thing past its end of life"),
    ("rule: outdated", found(of_kind("outdated")), "1 outdated package"),
    ("rule: licenses", licensed("GPL-2.0-only"), "not allowed: openssl 3.0.9-1 (layer 1/1): GPL-2.0-only"),
    ("rule: licenses, allow: [MIT], unknown: allow", licensed("ISC"), "1 licence that is not allowed"),
    ("rule: licenses, classes: [notice, unknown], unknown: deny", licensed("My own"), "2 licences that are not known"),
    ("rule: user", configured(user=""), "no USER is declared"),
    ("rule: user", configured(user="0:0"), "USER is 0"),
    ("rule: user", configured(user="root:app"), "USER is root"),
    ("rule: user, numeric: true", configured(user="app"), "Kubernetes"),
    ("rule: healthcheck", configured(healthcheck=None), "no HEALTHCHECK"),
    ("rule: healthcheck", configured(healthcheck=("NONE",)), "no HEALTHCHECK"),
    ("rule: base-image, max_age_days: 30", based(OLD), "is 53 days old, 30 allowed"),
    ("rule: base-image, max_age_days: 30", based(None), "nothing says how old"),
    ("rule: base-image, approved: ['*/alpine']", based(OLD), "python:3.11, which is not on the approved list"),
    ("rule: base-image, approved: [x]", based(None), "not known"),
    ("rule: base-image, approved: [other], max_age_days: 30, or_young: true", based(OLD), "53 days old"),
    ("rule: base-image, newest: true", based(OLD), "could not be compared"),
    ("rule: base-behind", based(replace(OLD, behind=True, newest="sha256:2")), "its tag, which is sha256:2 now"),
    ("rule: signed-or-sbom", beside(), "no bill of materials or signature is attached"),
    ("rule: signed-or-sbom, need: both", beside("sbom"), "no signature is attached"),
    ("rule: signed-or-sbom", found(), "not judged"),
    ("rule: base-image, approved: ['*/python'], by_layers: true", based(OLD), "not borne out by its layers"),
    ("rule: base-behind", based(OLD), "not judged"),
    ("rule: base-behind, unknown: warn", based(replace(OLD, behind=True)), "behind its tag"),
    ("rule: base-image, newest: true", based(replace(OLD, behind=True)), "behind its tag's newest digest"),
    ("rule: packages, forbidden: [zlib*]", found(), "1 forbidden package: zlib"),
    ("rule: packages, required: [curl, openssl]", found(), "required and not there: curl"),
    ("rule: labels, required: [team, owner]", configured(labels={"team": ""}), "configuration: team, owner"),
    ("rule: labels, values: {tier: gold}", configured(labels={"tier": "lead"}), "label tier is 'lead' in the"),
    ("rule: labels, forbidden: ['internal*']", configured(labels={"internal.x": "1"}), "configuration: internal.x"),
    ("rule: ports, allowed: [8080]", configured(exposed_ports=("22/tcp", "8080/tcp")), "22/tcp"),
    ("rule: ports, forbidden: [22]", configured(exposed_ports=("22",)), "does not allow: 22"),
    ("rule: ports, unprivileged: true", configured(exposed_ports=("80/tcp",)), "80/tcp"),
    ("rule: ports, unprivileged: true", configured(exposed_ports=("http",)), "configuration: http"),
    ("rule: size, max_mb: 2", layered(1_000_000, 1_500_000), "2.5 MB in layers as stored, 2 allowed"),
    ("rule: size, max_layers: 1", layered(1, 1), "2 layers, 1 allowed"),
    ("rule: size, max_mb: 2", layered(-1), "not known"),
    ("rule: database, max_age_hours: 4", found(), "hours old, 4 hours allowed"),
    ("rule: database, max_age_hours: 4", found(database=None), "no vulnerability database was asked"),
    ("rule: coverage", found(gaps=(Gap("stale-feed", "npm", "old"),)), "stale-feed (npm)"),
    ("rule: coverage, max_unowned: 0", found(coverage=UNOWNED), "1 bin"),
    ("rule: coverage, max_unowned: 0", found(coverage=CoverageStatement()), "could not be counted"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "scanned"), HOLDS, ids=[text for text, _ in HOLDS])
def test_holds(text: str, scanned: Report) -> None:
    assert denied(text, scanned) == []


@pytest.mark.parametrize(("text", "scanned", "message"), FAILS, ids=[text for text, _, _ in FAILS])
def test_fails(text: str, scanned: Report, message: str) -> None:
    (said,) = denied(text, scanned)
    assert message in said


def test_every_rule_has_reports_that_hold_and_reports_that_fail() -> None:
    def words(texts: list[str]) -> set[str]:
        return {text.split(",")[0].removeprefix("rule: ") for text in texts}

    assert words([text for text, _ in HOLDS]) == words([text for text, _, _ in FAILS]) == set(BY_ID)


@pytest.mark.parametrize("requirement", [one for one in BY_ID.values() if one.scanner], ids=lambda one: one.id)
def test_what_nobody_looked_for_does_not_pass(requirement: object) -> None:
    scanner = requirement.scanner  # type: ignore[attr-defined]
    without = replace(found(), scanners=tuple(word for word in ALL if word != scanner))
    (said,) = denied(f"rule: {requirement.id}", without)  # type: ignore[attr-defined]
    assert f"the {scanner} scanner was not asked for" in said


def test_findings_are_named_by_their_fingerprints() -> None:
    policy = parse_policy(b"version: 1\nrules:\n  - {rule: vulnerabilities, severity: [CRITICAL]}\n", "p.yaml")
    (violation,) = judge(found(CRITICAL, UNFIXED), policy, Circumstances(NOW))
    assert violation.findings == (CRITICAL.fingerprint,) and LAYER
    assert "upgrade openssl to 4" in violation.remediation


def test_the_guide_is_the_teams_own() -> None:
    text = b"""
version: 1
name: p.q
docs_url: "https://wiki/{policy}/{rule}"
rules: [{id: a-b, rule: user, message: Root is out, fix: Ask Ann}, {rule: healthcheck, docs_url: "https://x/y"}]
"""
    first, second = judge(configured(), parse_policy(text, "p.yaml"), Circumstances(NOW))
    assert first.docs_url == "https://wiki/p.q/a-b" and second.docs_url == "https://x/y"
    assert first.message.startswith("Root is out: ") and first.remediation == "Ask Ann"
