"""Scores from FIRST's own examples (CVSS v2 guide section 3.3, v3.1 examples document) and NVD's published ones."""

from __future__ import annotations

import pytest

from scantling.db.cvss import base_score, rating, version_of


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8),  # CVE-2002-0392, v2 guide 3.3.1
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0),  # CVE-2003-0818, v2 guide 3.3.2
        ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2),  # CVE-2003-0062, v2 guide 3.3.3
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),  # CVE-2013-0375
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),  # CVE-2014-3566
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5),  # CVE-2014-0160
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),  # CVE-2021-44228
        ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:P/RL:O", 6.1),  # temporal metrics do not count
    ],
)
def test_published_scores(vector: str, score: float) -> None:
    assert base_score(vector) == score


@pytest.mark.parametrize(
    "vector",
    [
        "",
        "CVSS:3.1/AV:N",
        "CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "9.8",
        "CVSS:9/AV:N",
        "AV:N/AV:N",
        "A" * 10**6,
    ],
)
def test_what_is_no_whole_vector_has_no_score(vector: str) -> None:
    assert base_score(vector) is None


def test_version_four_is_scored_by_its_own_specification() -> None:
    vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    assert (version_of(vector), base_score(vector)) == ("4.0", 9.3)


@pytest.mark.parametrize(
    ("score", "version", "word"),
    [(9.0, "3.1", "CRITICAL"), (8.9, "3.1", "HIGH"), (6.9, "3.0", "MEDIUM"), (3.9, "4.0", "LOW"),
     (0.0, "3.1", "NEGLIGIBLE"),
     (10.0, "2.0", "HIGH"), (6.9, "2.0", "MEDIUM"), (3.9, "2.0", "LOW")],
)  # fmt: skip
def test_ratings(score: float, version: str, word: str) -> None:
    assert rating(score, version) == word
