"""Policies in Rego from the command line: exit codes, verdicts, gaps, and policies in YAML beside them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.report.json import render
from scantling.report.options import ReportOptions
from support.sample_report import LIBSSL, OPENSSL, finding, report

pytest.importorskip("regorus", reason="needs the engine: pip install scantling[rego]")
HEAD = "package main\n"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.json"
    findings = (finding("CVE-1", OPENSSL, "CRITICAL", "4"), finding("CVE-1", LIBSSL, "CRITICAL", "4"))
    scanned = replace(report(findings, (OPENSSL, LIBSSL)), scanners=("vuln",))
    path.write_bytes(render(scanned, ReportOptions()))
    return path


def check(saved: Path, policy: Path | str, *more: str) -> tuple[int, dict[str, object]]:
    out = saved.with_name("out.json")
    code = main(["policy", "check", str(saved), "--policy", str(policy), "-q", "-f", "json", "-o", str(out), *more])
    return code, json.loads(out.read_bytes()) if out.exists() else {}


def rules(report_: dict[str, object], key: str = "violations") -> list[tuple[str, str]]:
    return [(one["rule"], one["message"]) for one in report_["verdict"][key]]  # type: ignore[index]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_denial_is_exit_1_and_names_its_findings(saved: Path, tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        "team.rego",
        HEAD + 'deny_critical contains {"msg": "critical", "fingerprint": f.fingerprint, "fix": "upgrade"} if {\n'
        'some f in input.findings\nf.severity == "CRITICAL"\n}\nwarn contains "mind this" if true\n',
    )
    code, judged = check(saved, policy)
    assert code == 1
    (violation,) = judged["verdict"]["violations"]  # type: ignore[index]
    assert (violation["rule"], violation["policy"]) == ("rego:main.deny_critical", "team")
    assert violation["remediation"] == "upgrade"
    assert violation["findings"] == [f"CVE-1|{LIBSSL.purl}", f"CVE-1|{OPENSSL.purl}"]
    assert rules(judged, "warnings") == [("rego:main.warn", "mind this")]


def test_a_policy_that_holds_passes(saved: Path, tmp_path: Path) -> None:
    policy = write(tmp_path, "ok.rego", HEAD + 'deny contains "x" if input.target.kind == "nothing"\n')
    assert check(saved, policy)[0] == 0


def test_the_input_has_no_verdict_yet(saved: Path, tmp_path: Path) -> None:
    policy = write(tmp_path, "v.rego", HEAD + "deny contains input.verdict.outcome if true\n")
    assert rules(check(saved, policy)[1]) == [("rego:main.deny", "not_asked")]


def test_docker_scouts_shape(saved: Path, tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        "scout.rego",
        'package docker.scout\nviolation contains {"message": "root", "detail": "USER is not set"} if true\n',
    )
    assert rules(check(saved, policy)[1]) == [("rego:docker.scout.violation", "root: USER is not set")]


@pytest.mark.parametrize(
    ("rule", "messages"),
    [
        ("deny := true", ["deny holds"]),
        ("deny := false", []),
        ('deny[msg] if msg := "an object of messages"', ["an object of messages"]),
        ('deny := ["a", "b"]', ["a", "b"]),
        ('deny contains {"no": "message"} if true', ['{"no": "message"}']),
        ("deny contains 7 if true", ["7"]),
    ],
)
def test_results_of_every_shape_deny(saved: Path, tmp_path: Path, rule: str, messages: list[str]) -> None:
    code, judged = check(saved, write(tmp_path, "p.rego", f"{HEAD}{rule}\n"))
    assert ([message for _, message in rules(judged)], code) == (messages, 1 if messages else 0)


def test_conftests_exceptions_turn_denials_into_warnings(saved: Path, tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        "e.rego",
        HEAD + 'deny_root contains "root" if true\ndeny_age contains "old" if true\n'
        'exception contains ["root"] if input.target.kind == "oci-archive"\n',
    )
    code, judged = check(saved, policy)
    assert (code, rules(judged)) == (1, [("rego:main.deny_age", "old")])
    assert rules(judged, "warnings") == [("rego:main.deny_root", "excepted by main.exception: root")]


def test_a_rule_that_cannot_be_evaluated_is_a_gap_that_blocks(saved: Path, tmp_path: Path) -> None:
    policy = write(tmp_path, "bad.rego", HEAD + "deny contains 1 / 0 if true\n")
    code, judged = check(saved, policy)
    assert (code, judged["status"]) == (4, "incomplete")
    (gap,) = [gap for gap in judged["gaps"] if gap["what"] == "policy-error"]  # type: ignore[attr-defined]
    assert gap["blocks"] is True
    assert f"{policy}:2: divide by zero" in gap["reason"]


def test_mistakes_are_exit_2_with_the_line(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = write(tmp_path, "broken.rego", HEAD + "\ndeny contains x if {")
    assert check(saved, policy)[0] == 2
    assert f"{policy}:3" in capsys.readouterr().err
    assert check(saved, write(tmp_path, "idle.rego", HEAD + "allow := true"))[0] == 2
    assert "no rule of the policy decides" in capsys.readouterr().err
    assert check(saved, "oci://registry.example.com/team:1")[0] == 2
    assert "pinned by its digest" in capsys.readouterr().err


def test_a_directory_may_hold_rego_data_and_policies_in_yaml(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "both"
    write(folder, "p.rego", HEAD + "deny contains data.words.no if true\n")
    write(folder, "words/w.yaml", 'no: "never"\n')
    write(folder, "team.yaml", "version: 1\nrules:\n  - rule: user\n")
    code, judged = check(saved, folder)
    assert code == 1
    assert [rule for rule, _ in rules(judged)] == ["user", "rego:main.deny"]


def test_the_clock_of_a_rule_is_the_one_given(saved: Path, tmp_path: Path) -> None:
    policy = write(tmp_path, "t.rego", HEAD + "deny contains time.format(time.now_ns()) if true\n")
    _, judged = check(saved, policy, "--now", "2030-01-02T03:04:05Z")
    assert rules(judged) == [("rego:main.deny", "2030-01-02T03:04:05Z")]


def test_rego_v0_is_read_and_said(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = write(tmp_path, "old.rego", HEAD + 'deny[msg] { input.target.kind; msg := "old" }\n')
    assert main(["policy", "check", str(saved), "--policy", str(policy), "-o", str(tmp_path / "out")]) == 1
    assert f"note: {policy} is read as Rego v0" in capsys.readouterr().err
    assert main(["policy", "explain", str(policy)]) == 0
    assert capsys.readouterr().out == f"{policy}: Rego v0\n  main.deny (deny): {policy}:2\n"


def test_cases_beside_a_policy(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = write(
        tmp_path, "team.rego", HEAD + 'deny_late contains "late" if time.now_ns() > time.parse_rfc3339_ns(data_)\n'
        'data_ := "2027-01-01T00:00:00Z"\n',
    )  # fmt: skip
    case = '{{report: saved.json, now: "{0}", expect: {1}, violations: [{2}]}}'
    passes = case.format("2026-12-31T00:00:00Z", "pass", "")
    fails = case.format("2027-02-01T00:00:00Z", "fail", '"rego:main.deny_late"')
    write(tmp_path, "team.test.yaml", f"cases:\n  - {passes}\n  - {fails}\n")
    assert main(["policy", "test", str(policy)]) == 0
    write(tmp_path, "team.test.yaml", f"cases:\n  - {case.format('2027-02-01T00:00:00Z', 'pass', '')}\n")
    assert main(["policy", "test", str(policy)]) == 1
    assert "expected pass, got fail: rego:main.deny_late" in capsys.readouterr().out


def test_trivys_ignore_policy_for_configuration(tmp_path: Path) -> None:
    file = write(tmp_path, "Dockerfile", 'FROM debian:12\nADD https://example.com/x /x\nCMD ["/x"]\n')
    policy = write(tmp_path, "ignore.rego", 'package trivy\nignore if startswith(input.Type, "Dockerfile")\n')
    out = tmp_path / "r.json"
    common = ["config", str(file), "-q", "--exit-code", "1", "-f", "json", "-o", str(out)]
    assert main(common) == 1
    assert main([*common, "--ignore-policy", str(policy)]) == 0
    found = json.loads(out.read_bytes())["findings"]
    assert found
    assert {one["suppressed"]["by"] for one in found} == {"ignore-policy"}


def test_a_dry_run_counts_a_rule_that_cannot_be_evaluated_as_blocking(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = write(tmp_path, "bad.rego", HEAD + "deny contains 1 / 0 if true\n")
    assert main(["policy", "dry-run", str(saved), "--policy", str(policy), "-q"]) == 0
    assert "1 of 1 images would have been blocked" in capsys.readouterr().out
