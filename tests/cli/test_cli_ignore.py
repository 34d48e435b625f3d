"""``scantling ignore``: nothing is accepted without who, why and until when, and nothing is kept for ever unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.model.finding import Suppression
from scantling.report.json import render
from scantling.report.options import ReportOptions
from support.sample_report import DJANGO, OPENSSL, finding, report

NOW = ("--now", "2026-11-23T00:00:00Z")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    found = (finding("CVE-1", OPENSSL, "HIGH", "4"), finding("CVE-2", DJANGO, "LOW"))
    (tmp_path / "r.json").write_bytes(
        render(replace(report(found, (OPENSSL, DJANGO)), scanners=("vuln",)), ReportOptions())
    )
    return tmp_path


def add(id_: str, *more: str) -> int:
    return main(["ignore", "add", id_, "--reason", "because", "--owner", "ann", "--expires", "2026-12-31", *NOW, *more])


def test_an_exception_is_added_listed_checked_and_pruned(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add("CVE-2", "--package", "django") == 0
    assert add("CVE-9") == 0
    assert main(["ignore", "list", *NOW]) == 0
    listed = capsys.readouterr().out
    assert "CVE-2  until 2026-12-31  ann  package django" in listed and "because (scantling-ignore.yaml:3)" in listed
    assert main(["ignore", "check", "--report", "r.json", *NOW]) == 1
    checked = capsys.readouterr().out
    assert "CVE-9 (scantling-ignore.yaml:9): matches nothing any more" in checked and "CVE-2" not in checked
    assert main(["ignore", "prune", "--report", "r.json", *NOW]) == 0
    assert "removed CVE-9" in capsys.readouterr().out
    assert main(["ignore", "check", "--report", "r.json", *NOW]) == 0
    assert main(["ignore", "prune", "--now", "2027-01-01"]) == 0
    assert main(["ignore", "list", *NOW]) == 0
    assert "no exceptions" in capsys.readouterr().out


@pytest.mark.parametrize("missing", ["--reason", "--owner", "--expires"])
def test_who_why_and_until_when_are_needed(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["ignore", "add", "CVE-1", "--reason", "r", "--owner", "o", "--expires", "2026-12-31", *NOW]
    at = arguments.index(missing)
    assert main(arguments[:at] + arguments[at + 2 :]) == 2
    assert f"an exception needs {missing}" in capsys.readouterr().err
    assert not Path("scantling-ignore.yaml").exists()


def test_what_makes_no_sense_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("*") == 2
    assert "fits everything" in capsys.readouterr().err
    assert add("CVE-1", "--expires", "2026-01-01") == 2
    assert "has passed already" in capsys.readouterr().err
    assert add("CVE-1") == 0 and add("CVE-1") == 2
    assert "accepted there already" in capsys.readouterr().err


def test_exceptions_are_exported_as_openvex(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("CVE-2") == 0
    capsys.readouterr()
    assert main(["ignore", "export", "--report", "r.json", *NOW]) == 0
    document = json.loads(capsys.readouterr().out)
    (statement,) = document["statements"]
    assert document["@context"] == "https://openvex.dev/ns/v0.2.0"
    # OpenVEX 0.2.0: a risk that was accepted leaves the product affected, and says what is done about it
    assert statement["status"] == "affected" and "impact_statement" not in statement
    assert statement["action_statement"] == "accepted by ann until 2026-12-31: because"
    assert statement["vulnerability"]["name"] == "CVE-2"
    assert statement["products"][0]["identifiers"]["purl"].startswith("pkg:pypi/")


def test_other_scanners_files_are_not_rewritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / ".snyk").write_text("ignore:\n  CVE-9:\n    - '*': {reason: r, expires: 2020-01-01}\n")
    assert main(["ignore", "prune", "--ignorefile", ".snyk", *NOW]) == 2
    assert "only scantling-ignore.yaml and .trivyignore are rewritten" in capsys.readouterr().err
    (here / ".trivyignore").write_text("# a\nCVE-9 exp:2020-01-01\nCVE-1\n")
    assert main(["ignore", "prune", *NOW]) == 0
    assert (here / ".trivyignore").read_text() == "# a\nCVE-1\n"


def test_an_exception_with_a_justification_is_exported_as_not_affected(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("CVE-2", "--justification", "component_not_present") == 0
    capsys.readouterr()
    assert main(["ignore", "export", "--report", "r.json", *NOW]) == 0
    (statement,) = json.loads(capsys.readouterr().out)["statements"]
    assert (statement["status"], statement["justification"]) == ("not_affected", "component_not_present")
    assert statement["impact_statement"] == "because (accepted by ann)" and "action_statement" not in statement


def test_a_fix_that_was_known_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("CVE-1", "--report", "r.json") == 0
    assert 'known_fixes: "4"' in Path("scantling-ignore.yaml").read_text()
    assert main(["ignore", "check", "--report", "r.json", *NOW]) == 0
    capsys.readouterr()
    assert add("CVE-7", "--report", "r.json") == 2
    assert "CVE-7 fits no finding of the report" in capsys.readouterr().err


def test_check_knows_the_policys_limit(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.yaml").write_text("version: 1\nexceptions: {max_days: 30}\nrules:\n  - rule: secrets\n")
    assert add("CVE-2") == 0
    capsys.readouterr()
    assert main(["ignore", "check", "--policy", "p.yaml", *NOW]) == 1
    assert "lasts 38 days, and the policy allows 30 days" in capsys.readouterr().out
    assert main(["ignore", "check", *NOW]) == 0


def test_a_saved_report_is_held_to_the_policys_limit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = replace(
        finding("CVE-1", OPENSSL, "HIGH", "4"),
        suppressed=Suppression("ann (scantling-ignore.yaml:3)", "because", "2027-11-23", "2026-11-23"),
    )
    (here / "s.json").write_bytes(render(replace(report((taken,), (OPENSSL,)), scanners=("vuln",)), ReportOptions()))
    rule = "rules:\n  - rule: vulnerabilities\n    severity: [HIGH]\n"
    Path("free.yaml").write_text(f"version: 1\n{rule}")
    Path("short.yaml").write_text(f"version: 1\nexceptions: {{max_days: 90}}\n{rule}")
    assert main(["policy", "check", "s.json", "--policy", "free.yaml", "-q", *NOW]) == 0
    asked = ["policy", "check", "s.json", "--policy", "short.yaml", "-f", "json", "-o", "out.json", "-q", *NOW]
    assert main(asked) == 1
    said = json.loads((here / "out.json").read_text())
    assert [gap["what"] for gap in said["gaps"]] == ["exception-not-counted"]
