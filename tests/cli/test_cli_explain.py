"""``scantling explain``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.model.coverage import Gap
from scantling.report.json import encode
from support.sample_report import LODASH, finding, report


@pytest.fixture
def saved(tmp_path: Path) -> str:
    path = tmp_path / "report.json"
    path.write_bytes(
        encode(
            report(
                packages=(LODASH,),
                findings=(finding("CVE-2019-10744", LODASH, "CRITICAL", "4.17.12"),),
                gaps=(Gap("layer-not-read", "sha256:1", "too large"),),
            )
        )
    )
    return str(path)


def test_text_and_json(saved: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "cve-2019-10744", saved]) == 0
    assert "4.17.11 is below 4.17.12" in capsys.readouterr().out
    assert main(["explain", "-f", "json", "CVE-2019-10744", saved]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert said["steps"][0]["holds"] is True


def test_an_id_that_is_not_there(saved: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "CVE-2019-1074", saved]) == 2
    error = capsys.readouterr().err
    assert "the scan is not complete (1 not looked at)" in error
    assert "did you mean CVE-2019-10744?" in error


def test_formats_that_make_no_sense_are_refused(saved: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "-f", "sarif", "CVE-2019-10744", saved]) == 2
    assert "cannot be written as sarif" in capsys.readouterr().err
