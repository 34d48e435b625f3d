"""Compliance from the command line: in every format, without a scan, and as a gate only when a policy asks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scantling.cli.main import main
from scantling.report.json import schema
from support import oci
from support.sample_report import saved_report
from support.tars import Member, tar


@pytest.fixture
def image(tmp_path: Path) -> str:
    return f"oci:{oci.build_layout(tmp_path / 'image', [tar([Member('a', b'x')])])}:latest"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return saved_report(tmp_path)


def scan(image: str, tmp_path: Path, *more: str) -> int:
    where = ("--cache-dir", str(tmp_path / "cache"), "--history", str(tmp_path / "history.sqlite"))
    return main(["image", image, "--scanners", "secret,misconfig", "-q", *where, *more])


def test_a_scan_carries_its_packs(image: str, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    packs = ("--compliance", "cis-docker-1.6,soc2", "--compliance", "fedramp")
    assert scan(image, tmp_path, *packs, "-f", "json", "-o", str(out)) == 0  # failed controls fail no gate
    made = json.loads(out.read_bytes())
    Draft202012Validator(json.loads(schema())).validate(made)
    assert [result["pack"] for result in made["compliance"]] == ["cis-docker-1.6", "soc2", "fedramp"]
    outcomes = {control["id"]: control["outcome"] for control in made["compliance"][0]["controls"]}
    assert outcomes["4.1"] == outcomes["4.6"] == "fail"  # neither USER nor HEALTHCHECK
    assert outcomes["4.10"] == "not_checkable"  # no secrets, but no history that would show how it was built
    assert outcomes["4.4"] == "not_checkable"  # nobody looked for vulnerabilities
    assert outcomes["4.5"] == outcomes["4.12"] == "not_checkable"  # a person's word


def test_the_severity_filter_hides_nothing_from_a_pack(saved: Path, image: str, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    assert scan(image, tmp_path, "-s", "CRITICAL", "--compliance", "cis-docker-1.6", "-f", "json", "-o", str(out)) == 0
    control = json.loads(out.read_bytes())["compliance"][0]["controls"][0]
    assert (control["id"], control["outcome"]) == ("4.1", "fail")


def check(saved: Path, *more: str) -> int:
    history = str(saved.parent / "history.sqlite")
    return main(["policy", "check", str(saved), "-q", "--history", history, "--now", "2026-11-23T00:00:00Z", *more])


def test_a_saved_report_is_judged_without_a_scan(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(saved, "--compliance", "cis-docker-1.6") == 0
    text = capsys.readouterr().out
    assert "4.4" in text and "FAIL" in text
    assert "Evidence for controls, never compliance" in text.replace("\n", " ")
    assert "evidence:" not in text
    assert check(saved, "--compliance", "cis-docker-1.6", "--compliance-report", "all") == 0
    assert "evidence:" in capsys.readouterr().out


@pytest.mark.parametrize("format_", ["html", "markdown", "json"])
def test_formats_show_the_packs(format_: str, saved: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert check(saved, "--compliance", "pci-dss-4.0", "-f", format_) == 0
    assert b"11.3.1" in capsysbinary.readouterr().out.replace(b"\\", b"")


def test_only_a_policy_makes_a_gate_of_it(saved: Path, tmp_path: Path) -> None:
    policy = tmp_path / "audit.yaml"
    policy.write_text("version: 1\nrules:\n  - {rule: compliance, pack: cis-docker-1.6, controls: ['4.4']}\n")
    assert check(saved, "--compliance", "cis-docker-1.6", "--policy", str(policy)) == 1
    policy.write_text("version: 1\nrules:\n  - {rule: compliance, pack: cis-docker-1.6, action: warn}\n")
    assert check(saved, "--compliance", "cis-docker-1.6", "--policy", str(policy)) == 0


def test_a_pack_of_ones_own(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "own.yaml"
    text = "version: 1\nid: own\ntitle: Ours\nframework: '1'\ncontrols:\n  - {id: X-1, title: T, asks: Q, checks: []}\n"
    pack.write_text(text)
    assert check(saved, "--compliance", str(pack)) == 2
    assert f"{pack}:6" in capsys.readouterr().err
    pack.write_text(text.replace("checks: []", "checks: [{rule: user}]"))
    assert check(saved, "--compliance", f"@{pack}") == 0
    assert "X-1" in capsys.readouterr().out


def test_the_plan_of_action(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(saved), "-f", "poam"]) == 0
    listed = [row["Weakness Source Identifier"] for row in csv.DictReader(capsys.readouterr().out.splitlines())]
    assert "CVE-1" in listed


def test_packs_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compliance", "list"]) == 0
    assert "cis-docker-1.6" in capsys.readouterr().out
    assert main(["compliance", "show", "cis-docker-1.6"]) == 0
    assert "4.12  Signed artefacts are validated" in capsys.readouterr().out
    assert main(["compliance", "show", "nonsense"]) == 2
