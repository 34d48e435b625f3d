"""What makes a cached layer stale."""

from __future__ import annotations

from scantling.analyze.cache_key import fingerprint


def test_the_fingerprint_names_every_analyzer_and_version() -> None:
    assert len({fingerprint(versions) for versions in ({"a": 1}, {"a": 2}, {"b": 1}, {"a": 1, "b": 1}, {})}) == 5


def test_the_order_of_the_analyzers_does_not_matter() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
