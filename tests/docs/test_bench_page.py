"""The table that ``make bench`` writes can be read back, and a worse ratio is noticed."""

from __future__ import annotations

import sys
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "tools"
sys.path.insert(0, str(TOOLS))

import bench_check  # noqa: E402
import bench_page  # noqa: E402
from bench_measure import Result  # noqa: E402


def test_a_written_table_is_read_back(tmp_path: Path) -> None:
    page, chart = tmp_path / "page.md", tmp_path / "chart.svg"
    page.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")
    results = [
        Result("none", "python -I -c pass", 0.02, 0.02, 9.0),
        Result("none", "scantling --version", 0.03, 0.03, 9.0),
        Result("small", "scantling packages, cold", 0.5, 0.6, 40.0),
        Result("small", bench_page.PEER, 5.0, 6.0, 300.0),
    ]
    bench_page.write(results, "Medians.", page, chart)
    assert page.read_text().startswith("before\n") and page.read_text().endswith("after\n")
    read = bench_page.read(page)
    assert read["small", "scantling packages, cold"] == 0.1
    assert read["none", "scantling --version"] == 1.5
    assert chart.read_text().count("<rect") == len(results) + 1


def test_more_than_a_fifth_worse_is_a_regression() -> None:
    committed = {("small", "scantling packages, cold"): 0.1, ("small", "igzip alone, all cores"): 0.1}
    fine = {("small", "scantling packages, cold"): 0.119, ("small", "igzip alone, all cores"): 0.9}
    assert bench_check.regressions(committed, fine) == []
    assert len(bench_check.regressions(committed, {("small", "scantling packages, cold"): 0.121})) == 1
