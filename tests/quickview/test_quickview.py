"""The grade can be done by hand, the actions are the urgent ones, the screen fits and shows nothing hostile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scantling.cli.main import main
from scantling.model.advisory import Kev
from scantling.model.coverage import Gap
from scantling.model.finding import Finding, Suppression
from scantling.model.report import Report
from scantling.quickview.actions import actions
from scantling.quickview.grade import PENALTIES, grade
from scantling.quickview.page import render
from scantling.report.json import encode
from scantling.report.paint import Paint
from support.sample_report import DJANGO, HOSTILE, LAYER, LODASH, OPENSSL, finding, report

MANUAL = Path(__file__).parents[2] / "docs/how-to/quickview.md"


def of(*findings: Finding, gaps: tuple[Gap, ...] = ()) -> Report:
    return report(packages=(DJANGO, LODASH, OPENSSL), findings=findings, gaps=gaps)


def many(count: int, severity: str, fixed: str = "") -> list[Finding]:
    return [finding(f"CVE-{severity}-{fixed}-{n}", DJANGO, severity, fixed) for n in range(count)]


SECRET = Finding(
    fingerprint="s", kind="secret", id="github-pat", title="GitHub token", severity="CRITICAL", path=".env"
)


@pytest.mark.parametrize(
    ("findings", "points", "letter"),
    [
        ([], 100, "A"),
        (many(3, "HIGH", "1"), 91, "A"),  # 3 x 3
        (many(4, "HIGH", "1"), 88, "B"),
        (many(1, "CRITICAL", "1") + many(2, "HIGH", "1") + many(3, "HIGH"), 81, "B"),  # 10 + 6 + 3
        (many(4, "CRITICAL", "1"), 60, "C"),
        (many(5, "CRITICAL", "1"), 60, "C"),  # never more than 40
        ([SECRET, *many(4, "CRITICAL", "1")], 40, "D"),
        ([SECRET, *many(4, "CRITICAL", "1"), *many(1, "HIGH", "1")], 37, "F"),
        ([finding("CVE-1", DJANGO, "LOW", kev=Kev("2026-01-01", "2026-02-01", False))], 80, "B"),
        (many(500, "LOW", "1"), 100, "A"),
    ],
)
def test_the_formula(findings: list[Finding], points: int, letter: str) -> None:
    found = grade(of(*findings))
    assert (found.points, found.letter, found.complete) == (points, letter, True)


def test_one_vulnerability_in_several_packages_counts_once_and_a_suppressed_one_not_at_all() -> None:
    assert grade(of(finding("CVE-1", DJANGO, "CRITICAL", "9"), finding("CVE-1", LODASH, "CRITICAL", "9"))).points == 90
    silenced = finding("CVE-1", DJANGO, "CRITICAL", "9", suppressed=Suppression("ops", "no"))
    assert grade(of(silenced)).points == 100


def test_what_could_not_be_looked_at_keeps_the_grade_open() -> None:
    scanned = of(gaps=(Gap("layer-not-read", "sha256:1", "it is too large"),))
    assert not grade(scanned).complete
    shown = render(scanned, 100, Paint(False)).decode()
    assert "at best A" in shown
    assert "Close the gap: it is too large (sha256:1)" in shown


def test_what_cannot_wait_comes_first_and_three_are_enough() -> None:
    found = actions(of(*many(5, "HIGH", "4.0"), finding("CVE-9", LODASH, "CRITICAL", "4.17.12"), SECRET))
    assert found == (
        "Revoke, and build without, GitHub token (.env)",
        "Upgrade django to 4.0: clears 5 critical or high findings",
        "Upgrade lodash to 4.17.12: clears 1 critical or high finding",
    )
    assert actions(of()) == ()


def test_layers_times_severities() -> None:
    lines = render(of(*many(2, "HIGH", "1"), *many(1, "LOW"), SECRET), 100, Paint(False)).decode().splitlines()
    (layer,) = [line for line in lines if line.endswith("COPY . /")]
    assert layer.split()[:5] == ["1", "·", "2", "·", "1"]
    (beside,) = [line for line in lines if line.endswith("the image's configuration")]
    assert beside.split()[:4] == ["1", "·", "·", "·"]


def test_the_screen_fits_and_shows_nothing_hostile() -> None:
    bad = replace(SECRET, title=HOSTILE, path=HOSTILE, diff_id=LAYER)
    lines = render(of(bad), 60, Paint(False)).decode().splitlines()
    assert max(map(len, lines)) <= 60
    assert not set("".join(lines)) & {"\x1b", "\x07", "\u202e"}


def test_the_manual_has_the_formula() -> None:
    rows = {
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in MANUAL.read_text().splitlines()
        if line.startswith("| ")
    }
    for penalty in PENALTIES:
        assert (penalty.sort, str(penalty.each), str(penalty.most)) in rows


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "report.json"
    saved.write_bytes(encode(of(SECRET)))
    assert main(["quickview", str(saved)]) == 0
    assert "80 of 100 points" in capsys.readouterr().out
    assert main(["quickview", "-f", "json", str(saved)]) == 2
