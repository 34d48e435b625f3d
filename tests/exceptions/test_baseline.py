"""Only what is new, or worse than before, is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.exceptions.baseline import apply, baseline_of
from scantling.report.json import render
from scantling.report.options import ReportOptions
from support import oci
from support.sample_report import OPENSSL, ZLIB, finding, report
from support.tars import Member, tar

OLD = finding("CVE-1", OPENSSL, "MEDIUM")
NEW = finding("CVE-2", ZLIB, "HIGH")


def left(*findings: object) -> list[str]:
    baseline = baseline_of(report((OLD,), (OPENSSL,)), "main.json")
    return [one.id for one in apply(findings, baseline) if one.suppressed is None]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "is_left"), [("LOW", False), ("UNKNOWN", False), ("MEDIUM", False), ("HIGH", True), ("CRITICAL", True)]
)
def test_what_was_there_is_known_unless_it_became_worse(severity: str, is_left: bool) -> None:
    assert left(replace(OLD, severity=severity), NEW) == (["CVE-1", "CVE-2"] if is_left else ["CVE-2"])


def test_it_says_since_when_it_is_known() -> None:
    (one,) = apply([OLD], baseline_of(report((OLD,), (OPENSSL,)), "main.json"))
    assert one.suppressed is not None
    assert one.suppressed.by == "baseline main.json" and "2026-11-23" in one.suppressed.reason


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = f"oci:{oci.build_layout(tmp_path / 'image', [tar([Member('a', b'x')])])}:latest"
    saved = tmp_path / "main.json"
    saved.write_bytes(render(report((OLD,), (OPENSSL,)), ReportOptions()))
    scan = ["image", image, "--scanners", "packages", "-q", "--cache-dir", str(tmp_path / "cache"), "--baseline"]
    assert main([*scan, str(saved)]) == 0
    assert main([*scan, str(tmp_path / "none.json")]) == 3
    assert "cannot read the report" in capsys.readouterr().err
