"""Policy rules through the command line on the report of a real Debian image: each where it holds and where not.

What is expected follows from how ``support.real_image`` builds the image: USER 1000:1000, port 8080, four layers,
APP_MODE alone in the environment, no label, no HEALTHCHECK, Debian 11 (out of support since 2026-08-31), a base without
a name. The report is incomplete (that Debian is a gap), so that the gate ends with 4 where every rule holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scantling.cli.main import main
from support import real_image

pytestmark = [pytest.mark.debian, pytest.mark.feeds]

NOW, LATER = "2026-11-23T12:00:00Z", "2026-12-31T00:00:00Z"
HOLDS = (
    "rule: vulnerabilities, ids: [CVE-1999-0001]",
    "rule: vulnerabilities, severity: [CRITICAL], packages: [bash]",
    "rule: secrets",
    "rule: misconfiguration, ids: [SCN-IMG-001]",
    "rule: integrity",
    "rule: end-of-life, ids: [EOL-alpine-*]",
    "rule: outdated, max: 1000",
    "rule: user, numeric: true",
    "rule: base-image, max_age_days: 30",
    "rule: base-image, max_age_days: 30, approved: [example.com/*], or_young: true",
    "rule: packages, forbidden: [telnetd], required: [libssl1.1]",
    "rule: licenses, deny: [SSPL-*]",
    "rule: labels, forbidden: [secret*]",
    "rule: ports, allowed: [8080], unprivileged: true",
    "rule: size, max_mb: 200, max_layers: 4",
    "rule: database, max_age_hours: 24",
    "rule: coverage, complete: false",
    "rule: scan, max_age_days: 7",
    "rule: inventory, min_packages: 100",
)
DOES_NOT = (
    "rule: vulnerabilities, severity: [CRITICAL, HIGH], fixable: true",
    "rule: malware",  # nobody looked
    "rule: misconfiguration, severity: [LOW]",
    "rule: end-of-life",
    "rule: outdated",
    "rule: healthcheck",
    "rule: base-image, approved: [example.com/*]",
    "rule: base-image, newest: true",  # nothing says what the base is
    "rule: packages, forbidden: [libssl*]",
    "rule: packages, required: [tini]",
    "rule: licenses, deny: [GPL-*]",
    "rule: labels, required: [org.opencontainers.image.source]",
    "rule: ports, forbidden: [8080]",
    "rule: size, max_mb: 10",
    "rule: size, max_layers: 3",
    "rule: coverage",
    "rule: inventory, min_packages: 1000",
)
DOES_NOT_LATER = (
    "rule: base-image, max_age_days: 30",
    "rule: database, max_age_hours: 24",
    "rule: scan, max_age_days: 7",
)


@pytest.fixture(scope="module")
def saved(
    image: real_image.RealImage, scan_json: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    looked_for = "vuln,secret,misconfig,integrity,license"
    report = scan_json(f"oci:{image.layout}:latest", "--scanners", looked_for)
    path = tmp_path_factory.mktemp("real") / "report.json"
    path.write_text(json.dumps(report))
    return path


def denied(saved: Path, rule: str, now: str, tmp_path: Path) -> tuple[int, list[dict[str, Any]]]:
    policy, out = tmp_path / "team.yaml", tmp_path / "out.json"
    policy.write_text(f"version: 1\nname: team\nrules:\n  - {{id: it, {rule}}}\n")
    code = main(
        ["policy", "check", str(saved), "--policy", str(policy), "--now", now, "-q", "-f", "json", "-o", str(out)]
    )
    verdict = json.loads(out.read_bytes())["verdict"]
    return code, [violation for violation in verdict["violations"] if violation["policy"] == "team"]


@pytest.mark.parametrize("rule", HOLDS)
def test_a_rule_that_holds(rule: str, saved: Path, tmp_path: Path) -> None:
    assert denied(saved, rule, NOW, tmp_path) == (4, [])


@pytest.mark.parametrize(
    ("rule", "now"), [*((rule, NOW) for rule in DOES_NOT), *((rule, LATER) for rule in DOES_NOT_LATER)]
)
def test_a_rule_that_does_not_hold(rule: str, now: str, saved: Path, tmp_path: Path) -> None:
    code, violations = denied(saved, rule, now, tmp_path)
    assert code == 1
    assert violations
    assert all(violation["message"] and violation["docs_url"] for violation in violations)


def test_the_shipped_policy_names_violation_layer_fix_and_guide(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "check", str(saved), "--policy", "default", "--now", NOW]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "no-fixable-critical-high" in said
    assert "CVE-2019-10744 in lodash 4.17.4" in said
    assert "from layer 3/4 RUN /bin/sh -c npm ci" in said
    assert "upgrade lodash to 4." in said
    assert "docs/reference/policy.md#vulnerabilities" in said
    for kept in ("fresh-base-image", "non-root-user", "no-secrets"):
        assert kept not in said
