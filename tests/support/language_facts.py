"""Runs every language analyzer that wants a file, as the runner does, and sorts what comes out."""

from __future__ import annotations

from scantling.analyze.catalog import ANALYZERS as ALL
from scantling.analyze.dispatch import build
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import PackageFact

ANALYZERS = tuple(each for each in ALL if each.extract.__module__.startswith("scantling.analyze.language."))
_DISPATCHER = build(ANALYZERS)


def analyze(path: str, data: bytes) -> tuple[list[PackageFact], list[Gap]]:
    """What is found in one file; ``Malformed`` is the gap that the runner makes of it, anything else escapes."""
    packages: list[PackageFact] = []
    gaps: list[Gap] = []
    wanted = dict.fromkeys(_DISPATCHER.for_path(path) + _DISPATCHER.for_magic(data[: _DISPATCHER.magic_bytes]))
    for analyzer in wanted:
        try:
            for found in analyzer.extract(FileView(path, data)):
                if isinstance(found, Gap):
                    gaps.append(found)
                else:
                    packages.extend(found.packages)
        except Malformed as error:
            gaps.append(Gap("unreadable-file", path, error.what))
    return packages, gaps


def named(path: str, data: bytes) -> list[tuple[str, str]]:
    """(name, version) of every package; fails the test if there was a gap that blocks."""
    packages, gaps = analyze(path, data)
    assert not [gap for gap in gaps if gap.blocks]
    return sorted((package.name, package.version) for package in packages)
