"""Whatever a language analyzer reads must be recognised as the distribution's own when an OS package installed it."""

from __future__ import annotations

import pytest

from scantling.analyze.catalog import ANALYZERS
from scantling.analyze.os.ownership import claimable
from scantling.analyze.plugin import Analyzer

LANGUAGE = [each for each in ANALYZERS if ".language." in each.extract.__module__]


def paths(analyzer: Analyzer) -> list[str]:
    """One path for each way in which the analyzer asks for files, in a place where OS packages put data."""
    wants = analyzer.wants
    place = "usr/share/x.y/z"
    return [
        *wants.paths,
        *(f"{place}/{name}" for name in sorted(wants.names)),
        *(f"{place}/a{suffix}" if suffix[:1] in "./" else f"{place}/{suffix}" for suffix in wants.suffixes),
        *(glob.replace("*", f"{place}/", 1).replace("*", "a") for glob in wants.globs),
    ]


@pytest.mark.parametrize(
    ("analyzer", "path"), [(each.id, path) for each in LANGUAGE for path in paths(each)], ids=lambda text: text
)
def test_an_os_package_that_installed_it_owns_it(analyzer: str, path: str) -> None:
    assert claimable(path)
