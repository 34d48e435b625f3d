"""docs/reference/packages.md names every analyzer, everything it asks for, and the feed that decides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scantling.analyze.catalog import ANALYZERS
from scantling.analyze.ecosystem import LANGUAGES
from scantling.analyze.plugin import Analyzer
from scantling.db.feeds.osv import FEEDS

PAGE = (Path(__file__).parents[2] / "docs/reference/packages.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "`" in line]


@pytest.mark.parametrize("analyzer", ANALYZERS, ids=lambda each: each.id)
def test_every_analyzer_stands_in_a_row_with_what_it_reads(analyzer: Analyzer) -> None:
    rows = [row for row in ROWS if f"`{analyzer.id}`" in row]
    assert rows, f"no row of docs/reference/packages.md names `{analyzer.id}`"
    named = set(re.findall(r"`([^`]+)`", " ".join(rows)))
    wants = analyzer.wants
    for path in wants.paths:
        assert path in named or (path.rsplit("/", 1)[-1] in named and path.rsplit("/", 1)[0] in named), path
    assert wants.names | set(wants.suffixes) | set(wants.prefixes) | set(wants.globs) <= named
    assert not wants.magic or "executables" in " ".join(rows)


def test_every_id_in_the_page_is_an_analyzers() -> None:
    for row in ROWS:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        ids = re.findall(r"`([^`]+)`", cells[5] if len(cells) > 3 else cells[2])
        assert ids
        assert set(ids) <= {analyzer.id for analyzer in ANALYZERS}, row


def test_every_language_with_advisories_has_a_feed_and_the_other_way_round() -> None:
    assert {key for feed in FEEDS for key in feed.ecosystems} == set(LANGUAGES.values()) - {"bitnami"}
    for feed in FEEDS:
        upstream = feed.files[0].key
        assert f"OSV {upstream}" in PAGE
