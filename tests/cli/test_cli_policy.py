"""Policies from the command line: exit codes, environments, saved reports, cases, explanations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.policy.requirements.catalog import REQUIREMENTS
from support import oci
from support.sample_report import saved_report
from support.tars import Member, tar

ROOTLESS = """\
version: 1
name: team
docs_url: https://wiki/{rule}
rules:
  - rule: user
environments: {dev: {user: warn}}
"""


@pytest.fixture
def image(tmp_path: Path) -> str:
    return f"oci:{oci.build_layout(tmp_path / 'image', [tar([Member('a', b'x')])])}:latest"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "team.yaml"
    path.write_text(ROOTLESS)
    return path


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return saved_report(tmp_path)


def scan(image: str, tmp_path: Path, *more: str) -> int:
    return main(["image", image, "--scanners", "packages", "-q", "--cache-dir", str(tmp_path / "cache"), *more])


def test_a_policy_that_denies_is_exit_1(image: str, policy: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    assert scan(image, tmp_path, "--policy", str(policy), "-f", "json", "-o", str(out)) == 1
    verdict = json.loads(out.read_bytes())["verdict"]
    (violation,) = verdict["violations"]
    assert verdict["outcome"] == "fail"
    assert (violation["policy"], violation["rule"], violation["docs_url"]) == ("team", "user", "https://wiki/user")


def test_an_environment_turns_it_into_a_warning(image: str, policy: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    assert scan(image, tmp_path, "--policy", str(policy), "--policy-env", "dev", "-f", "json", "-o", str(out)) == 0
    verdict = json.loads(out.read_bytes())["verdict"]
    assert (verdict["outcome"], [warning["rule"] for warning in verdict["warnings"]]) == ("pass", ["user"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--policy", "missing.yaml"], "cannot read the policy"),
        (["--policy-env", "dev"], "an environment without a policy"),
    ],
)
def test_mistakes_are_exit_2(
    image: str, tmp_path: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scan(image, tmp_path, *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_mistake_in_the_file_names_its_line(
    image: str, policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy.write_text(ROOTLESS.replace("rule: user", "rule: usr"))
    assert scan(image, tmp_path, "--policy", str(policy)) == 2
    assert f"{policy}:5" in capsys.readouterr().err


def test_the_table_names_violation_layer_fix_and_guide(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("version: 1\ndocs_url: https://wiki/{rule}\nrules: [{id: none-critical, rule: vulnerabilities}]\n")
    assert main(["policy", "check", str(saved), "--policy", str(path)]) == 1
    out = capsys.readouterr().out
    for part in (
        "none-critical: 1 vulnerability: CVE-1",
        "1 from layer 1/",
        "upgrade openssl to 4",
        "guide: https://wiki/none-critical",
    ):
        assert part in out, part


def test_a_saved_report_is_checked_without_a_scan(saved: Path, policy: Path, tmp_path: Path) -> None:
    assert main(["policy", "check", str(saved), "-q", "--policy", str(policy)]) == 1
    assert main(["policy", "check", str(saved), "-q", "--policy", str(policy), "--policy-env", "dev"]) == 0
    assert main(["policy", "check", str(saved), "-q"]) == 2
    graced = tmp_path / "graced.yaml"
    graced.write_text("version: 1\nrules: [{rule: vulnerabilities, grace: 7}]\n")
    check = ["policy", "check", str(saved), "-q", "--policy", str(graced), "--history", str(tmp_path / "h.sqlite")]
    assert [main([*check, "--now", f"2026-11-{day}"]) for day in ("01", "08", "09", "08")] == [0, 0, 1, 0]


def test_cases_are_run_and_a_wrong_one_fails(
    saved: Path, policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "team.test.yaml"
    cases.write_text(
        "cases:\n"
        "  - {name: root, report: saved.json, expect: fail, violations: [user]}\n"
        "  - {name: dev, report: saved.json, environment: dev, expect: pass}\n"
    )
    assert main(["policy", "test", str(policy)]) == 0
    assert "2 cases, 0 failed" in capsys.readouterr().out
    cases.write_text("cases:\n  - {report: saved.json, expect: pass}\n")
    assert main(["policy", "test", str(policy)]) == 1
    assert "expected pass, got fail: user" in capsys.readouterr().out
    cases.write_text("cases:\n  - {report: saved.json, expect: maybe}\n")
    assert main(["policy", "test", str(policy)]) == 2
    assert f"{cases}:2" in capsys.readouterr().err


def test_every_rule_is_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "list"]) == 0
    listed = capsys.readouterr().out
    for requirement in REQUIREMENTS:
        assert requirement.id in listed
        assert main(["policy", "explain", requirement.id]) == 0
        explained = capsys.readouterr().out
        assert all(f"  {name} (" in explained for name in requirement.parameters)
    assert main(["policy", "explain", "vulnerability"]) == 2
    assert "did you mean vulnerabilities?" in capsys.readouterr().err
