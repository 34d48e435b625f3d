"""The HTML page in a real browser: its script runs under its own policy, and a hostile name runs nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.report.html import render
from scantling.report.options import ReportOptions
from support.sample_report import DJANGO, HOSTILE, finding, report, rich_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")


def dom_of(page: bytes, directory: Path) -> str:
    path = directory / "page.html"
    path.write_bytes(page)
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            f"--user-data-dir={directory / 'profile'}", "--virtual-time-budget=2000", "--dump-dom", path.as_uri(),
        ],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.decode()


def test_the_script_runs_under_the_policy(tmp_path: Path) -> None:
    dom = dom_of(render(rich_report(), ReportOptions()), tmp_path)
    assert "13 shown" in dom
    assert '<form id="controls" class="controls" role="search" aria-label="Filter the findings">' in dom
    assert dom.count('<button type="button">') == 6  # each heading sorts


def test_a_hostile_name_runs_nothing(tmp_path: Path) -> None:
    attack = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>" + HOSTILE
    value = report((finding("CVE-1", DJANGO, title=attack, path=attack),), (DJANGO,), reference=attack)
    dom = dom_of(render(value, ReportOptions()), tmp_path)
    assert "<title>owned" not in dom and "<img" not in dom and "1 shown" in dom
