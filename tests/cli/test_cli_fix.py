"""``scantling fix`` on saved reports: its formats, its exit codes, and nothing hostile on the screen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.model.coverage import Gap
from scantling.model.report import Report
from scantling.report.json import encode
from support.sample_report import HOSTILE, finding, package, report

APT, SSL = package("deb", "apt", "2.6.1"), package("deb", "libssl3", "3.0.11-1", source="openssl")
LODASH = package("npm", "lodash", "4.17.4")
FIXABLE = finding("CVE-2024-1", SSL, "HIGH", "3.0.13-1")
UNFIXED = finding("CVE-2024-2", LODASH, "LOW")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return save(tmp_path, report(packages=(APT, SSL, LODASH), findings=(FIXABLE, UNFIXED)))


def save(directory: Path, made: Report) -> Path:
    path = directory / "report.json"
    path.write_bytes(encode(made))
    return path


def test_the_table_says_what_to_do_and_what_is_left(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", str(saved)]) == 0  # no gate was asked for
    shown = capsys.readouterr()
    assert "1. Upgrade openssl 3.0.11-1 to 3.0.13-1" in shown.out
    assert "--only-upgrade libssl3=3.0.13-1" in shown.out
    assert "scantling ignore add CVE-2024-2 --package pkg:npm/lodash@4.17.4" in shown.out
    assert "the gate then FAILS" in shown.err


@pytest.mark.parametrize(
    ("flags", "code"),
    [(["--exit-code", "7"], 7), (["--exit-code", "7", "--severity", "HIGH"], 0), (["--ignore-unfixed"], 0),
     (["--exit-code", "1", "--ignore-unfixed"], 0)],
)  # fmt: skip
def test_the_exit_code_is_that_of_the_image_that_the_plan_makes(saved: Path, flags: list[str], code: int) -> None:
    assert main(["fix", str(saved), *flags]) == code


def test_an_incomplete_scan_stays_incomplete(tmp_path: Path) -> None:
    made = report(packages=(APT, SSL), findings=(FIXABLE,), gaps=(Gap("layer-not-read", "sha256:1", "too large"),))
    assert main(["fix", str(save(tmp_path, made)), "--exit-code", "1"]) == 4


def test_a_policy_is_held_to(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "gate.yaml"
    policy.write_text(
        "version: 1\nname: gate\nrules:\n  - rule: vulnerabilities\n    severity: [HIGH]\n  - rule: user\n"
    )
    save(saved.parent, replace(report(packages=(APT, SSL), findings=(FIXABLE, UNFIXED)), scanners=("vuln",)))
    main(["fix", str(saved), "--policy", str(policy), "-f", "json"])
    plan = json.loads(capsys.readouterr().out)
    assert (plan["before"], plan["after"]) == ("fail", "pass")
    assert {change["kind"] for change in plan["changes"]} == {"system", "user"}


def test_markdown_and_table_show_nothing_hostile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = package("npm", HOSTILE, "1.0")
    path = save(tmp_path, report(packages=(evil,), findings=(finding(HOSTILE, evil, fixed=HOSTILE), UNFIXED)))
    for format_ in ("table", "markdown"):
        main(["fix", str(path), "-f", format_])
        shown = capsys.readouterr().out
        assert not set("\x1b\x07\u202e\u200b\r").intersection(shown)
        assert format_ == "table" or "<img" not in shown


def test_a_format_of_reports_is_refused(saved: Path) -> None:
    assert main(["fix", str(saved), "-f", "sarif"]) == 2


def test_the_patch_is_written_and_what_it_leaves_is_said(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe, out = saved.parent / "Dockerfile", saved.parent / "fix.patch"
    recipe.write_text("FROM debian:12\nCMD sh\n")
    assert main(["fix", str(saved), "--checkout", str(saved.parent), "--patch", str(out)]) == 0
    assert "--only-upgrade libssl3=3.0.13-1" in out.read_text()
    shown = capsys.readouterr().out
    assert "Patch: Dockerfile (1 of 1 changes)" in shown
    assert "apt-get" not in shown  # it is in the patch
    assert main(["fix", str(saved), "--checkout", str(saved.parent), "--patch", "-"]) == 0
    assert capsys.readouterr().out == out.read_text()


def test_a_patch_needs_something_to_patch(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", str(saved), "--patch", "-"]) == 2
    assert "--checkout DIR" in capsys.readouterr().err


def test_a_saved_report_cannot_be_tried_out(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", str(saved), "--verify"]) == 2
    assert "name the image" in capsys.readouterr().err
