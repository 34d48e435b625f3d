"""``scantling ci outputs``: what the next step of a pipeline reads. Counts by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.model.report import Report, Verdict
from scantling.report.json import encode
from support.sample_report import DJANGO, LODASH, OPENSSL, finding, report


def saved(path: Path, value: Report) -> str:
    path.write_bytes(encode(value))
    return str(path)


def outputs(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, str]:
    assert main(["ci", "outputs", *argv]) == 0
    lines = capsys.readouterr().out.splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_counts_verdict_and_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, both, new = finding("CVE-1", OPENSSL), finding("CVE-2", DJANGO, "CRITICAL", "3.2.1"), finding("CVE-3", LODASH)
    before = saved(tmp_path / "a.json", report((old, both), (OPENSSL, DJANGO)))
    after = saved(tmp_path / "b.json", report((both, new), (DJANGO, LODASH), verdict=Verdict("fail")))
    found = outputs(capsys, after, "--baseline", before)
    wanted = {"outcome": "fail", "status": "complete", "findings": "2", "critical": "1", "high": "1", "low": "0",
              "fixable": "1", "new": "1", "fixed": "1"}  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted
    assert "new" not in outputs(capsys, after)  # nothing to compare with


def test_a_report_cannot_add_an_output_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = report()
    value = replace(value, target=replace(value.target, image_digest="sha256:a\nexit-code=0"))
    found = outputs(capsys, saved(tmp_path / "a.json", value))
    assert "exit-code" not in found
