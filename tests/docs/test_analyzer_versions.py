"""The table of analyzers' versions (no import needed to know a layer) says what the analyzers say of themselves."""

from __future__ import annotations

from scantling.analyze import cache_key
from scantling.analyze.catalog import ANALYZERS


def test_the_table_and_the_analyzers_agree() -> None:
    said = {analyzer.id: analyzer.version for analyzer in ANALYZERS}
    assert dict(cache_key.VERSIONS) == said, "bring VERSIONS in src/scantling/analyze/cache_key.py up to date"
    assert list(cache_key.VERSIONS) == sorted(said)
