"""``scantling policy dry-run``: which rule would have blocked which of the stored reports, counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scantling.cli.main import main
from scantling.report.json import encode
from support.sample_report import OPENSSL, finding, report

POLICY = """\
version: 1
name: strict
rules:
  - {rule: vulnerabilities, id: fixable, severity: [CRITICAL], fix: upgrade}
  - {rule: user, id: not-root, action: warn}
"""


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    place = tmp_path / "reports"
    for name, severity, user in (("a", "CRITICAL", ""), ("b", "LOW", "1000"), ("deep/c", "CRITICAL", "1000")):
        made = report((finding("CVE-1", OPENSSL, severity, "4"),), (OPENSSL,), reference=f"shop/{name[-1]}:1")
        made = replace(made, scanners=("vuln",))
        config = replace(made.target.config, user=user)
        path = place / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(replace(made, target=replace(made.target, config=config))))
    (tmp_path / "policy.yaml").write_text(POLICY)
    return place


def run(stored: Path, *words: str) -> int:
    return main(["policy", "dry-run", "--policy", str(stored.parent / "policy.yaml"), *words])


def test_each_rule_says_what_it_would_have_blocked(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(stored, "-f", "json", str(stored)) == 0
    said: Any = json.loads(capsys.readouterr().out)
    assert said["images"] == 3
    assert said["blocked"] == ["shop/a:1 (a.json)", "shop/c:1 (c.json)"]
    assert [(one["rule"], len(one["blocked"]), len(one["warned"])) for one in said["rules"]] == [
        ("fixable", 2, 0),
        ("not-root", 0, 1),
    ]


def test_the_table(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(stored, str(stored / "a.json"), str(stored / "b.json")) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 of 2 images would have been blocked\n")
    assert "strict: fixable: would have blocked 1 of 2\n  shop/a:1 (a.json)\n" in out
    assert "strict: not-root: warned of 1\n" in out


def test_a_damaged_report_is_named_and_the_others_are_judged(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (stored / "broken.json").write_text('{"schema_version": 1')
    assert run(stored, str(stored)) == 3
    out = " ".join(capsys.readouterr().out.split())
    assert "2 of 3 images would have been blocked" in out
    assert "broken.json: not a JSON report" in out


def test_nothing_is_remembered(stored: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.sqlite"
    (tmp_path / "policy.yaml").write_text(
        "version: 1\nname: g\nrules:\n  - {rule: vulnerabilities, severity: [CRITICAL], grace: 7}\n"
    )
    assert run(stored, "--history", str(history), str(stored)) == 0
    assert not history.exists()


@pytest.mark.parametrize("words", [["empty"], []])
def test_refused(stored: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (stored / "empty").mkdir()
    assert run(stored, *(str(stored / word) for word in words)) == 2
    assert "Traceback" not in capsys.readouterr().err
