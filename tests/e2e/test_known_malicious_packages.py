"""npm's packages of September 2025 that were taken over, as a lock file of a root file system names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# the database is made once, by one worker
pytestmark = [pytest.mark.feeds]

LOCK = {
    "name": "shop",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "shop", "version": "1.0.0", "dependencies": {"chalk": "5.6.1", "ansi-styles": "6.2.1"}},
        "node_modules/chalk": {"version": "5.6.1"},
        "node_modules/ansi-styles": {"version": "6.2.1"},  # 6.2.2 is the bad one
    },
}


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/package-lock.json").write_text(json.dumps(LOCK))
    return f"dir:{tmp_path / 'shop'}"


def malicious(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["id"], one["package"]) for one in report["findings"] if one["kind"] == "malware"]


CHALK = ("GHSA-2v46-p5h4-248w", "pkg:npm/chalk@5.6.1")


@pytest.mark.parametrize("scanners", ["vuln", "malware", "vuln,malware,secret"])
def test_whoever_asks_for_vulnerabilities_or_malware_hears_of_it(
    scanners: str, shop: str, scan_json: Callable[..., dict[str, Any]]
) -> None:
    report = scan_json(shop, "--scanners", scanners)
    (found,) = [one for one in report["findings"] if one["kind"] == "malware"]
    assert found["package"] == "pkg:npm/chalk@5.6.1" and found["severity"] == "CRITICAL"
    assert "MAL-2025-46969" in (found["id"], *found["aliases"])
    if scanners == "malware":
        assert {one["kind"] for one in report["findings"]} == {"malware"}


def test_secrets_alone_ask_no_database(shop: str, scan_json: Callable[..., dict[str, Any]]) -> None:
    assert scan_json(shop, "--scanners", "secret")["findings"] == []


def test_malware_without_a_database_is_a_gap(
    shop: str, tmp_path: Path, run: Callable[..., Any], database: Path
) -> None:
    out = tmp_path / "report.json"
    asked = ["image", shop, "--scanners", "malware", "--offline", "-f", "json", "-o", str(out), "--exit-code", "1"]
    environment = {"SCANTLING_CACHE_DIR": str(tmp_path / "cache"), "SCANTLING_DB": ""}
    assert run(*asked, env=environment).returncode == 4
    (gap,) = [one for one in json.loads(out.read_text())["gaps"] if one["blocks"]]
    assert gap["what"] == "no-database" and "2 packages were not looked up" in gap["reason"]
    assert run(*asked, env=environment | {"SCANTLING_DB": str(database)}).returncode == 1


def test_the_default_gate_and_policy_deny_it(
    shop: str, tmp_path: Path, run: Callable[..., Any], database: Path
) -> None:
    environment = {"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(tmp_path / "cache")}
    asked = ["image", shop, "--now", "2026-11-23T00:00:00Z", "-q", "-o", str(tmp_path / "r")]
    assert (
        run(*asked, "--ignore-unfixed", "--severity", "CRITICAL", "--exit-code", "7", env=environment).returncode == 7
    )
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nrules:\n  - rule: vulnerabilities\n    fixable: true\n    severity: [CRITICAL, HIGH]\n"
    )
    denied = run(*asked[:-2], "-f", "json", "--policy", str(policy), "--on-gap", "report", env=environment)
    (violation,) = json.loads(denied.stdout)["verdict"]["violations"]
    assert denied.returncode == 1 and "remove pkg:npm/chalk: known to be malicious" in violation["remediation"]


@pytest.mark.parametrize("format_", ["trivy", "cyclonedx", "sarif", "gitlab", "junit", "csv", "markdown", "table"])
def test_every_format_names_it(
    format_: str, shop: str, tmp_path: Path, run: Callable[..., Any], database: Path
) -> None:
    environment = {"SCANTLING_DB": str(database), "SCANTLING_CACHE_DIR": str(tmp_path / "cache")}
    text = run("image", shop, "-f", format_, "-q", "--now", "2026-11-23T00:00:00Z", env=environment).stdout
    assert "GHSA-2v46-p5h4-248w" in text.replace("\\", "")
    if format_ == "trivy":
        (result,) = [one for one in json.loads(text)["Results"] if one.get("Vulnerabilities")]
        assert [one["PkgName"] for one in result["Vulnerabilities"]] == ["chalk"]
    if format_ == "cyclonedx":
        assert [one["id"] for one in json.loads(text)["vulnerabilities"]] == ["GHSA-2v46-p5h4-248w"]
