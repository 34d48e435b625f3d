"""``scantling diff``: saved reports and targets, the gate on what is new, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.report.json import encode
from support.oci import build_layout, tar
from support.sample_report import LODASH, OPENSSL, finding, report


@pytest.fixture
def saved(tmp_path: Path) -> tuple[str, str]:
    scanned = ("secret", "vuln")
    old = replace(report(packages=(OPENSSL,), findings=(finding("CVE-1", OPENSSL, "LOW"),)), scanners=scanned)
    new = replace(
        report(packages=(OPENSSL, LODASH), findings=(finding("CVE-1", OPENSSL, "LOW"), finding("CVE-2", LODASH))),
        scanners=scanned,
    )
    paths = (tmp_path / "old.json", tmp_path / "new.json")
    for path, one in zip(paths, (old, new), strict=True):
        path.write_bytes(encode(one))
    return str(paths[0]), str(paths[1])


def test_the_gate_counts_what_is_new_alone(saved: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    old, new = saved
    assert main(["diff", old, new]) == 0
    assert "1 new (1 HIGH), 0 fixed, 1 unchanged" in capsys.readouterr().out
    assert main(["diff", "-q", "--exit-code", "7", "--on-gap", "report", old, new]) == 7
    assert main(["diff", "-q", "--exit-code", "7", "--on-gap", "report", new, old]) == 0
    assert main(["diff", "-q", "--exit-code", "7", "--on-gap", "report", "--severity", "CRITICAL", old, new]) == 0


def test_formats(saved: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, data = tmp_path / "diff.md", tmp_path / "diff.json"
    assert main(["diff", "-q", "-f", "markdown", "-o", str(page), "-f", "json", "-o", str(data), *saved]) == 0
    assert page.read_text().startswith("### ❌ 1 new, 0 fixed")
    assert [one["finding"]["id"] for one in json.loads(data.read_text())["findings"]["new"]] == ["CVE-2"]
    assert main(["diff", "-f", "sarif", *saved]) == 2
    assert "differences cannot be written as sarif" in capsys.readouterr().err


def test_a_target_beside_a_saved_report(saved: tuple[str, str], tmp_path: Path) -> None:
    target = build_layout(tmp_path / "image", [tar({"etc/os-release": b'ID=debian\nVERSION_ID="12"\n'})])
    out = tmp_path / "diff.json"
    words = ["--scanners", "packages", "--cache-dir", str(tmp_path / "cache"), "-f", "json", "-o", str(out)]
    assert main(["diff", "-q", *words, saved[0], str(target)]) == 0
    said = json.loads(out.read_text())
    assert said["packages"][0]["what"] == "removed"
    assert said["findings"]["fixed"] == []  # nobody looked for vulnerabilities in the new one
    assert any("vulnerability" in note for note in said["notes"])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["only-one.json"], 2, "NEW"),
        (["no-such.json", "no-such.json"], 3, "no-such.json"),
    ],
)
def test_refused(words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--offline", "--scanners", "packages", *words]) == code
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error


def test_a_damaged_report_is_named(saved: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"schema_version": 1, "tool": 5}')
    assert main(["diff", str(bad), saved[1]]) == 3
    assert "bad.json" in capsys.readouterr().err
