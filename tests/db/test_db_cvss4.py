"""CVSS v4.0 against Red Hat's library, which passes FIRST's own test vectors; and what is no vector."""

from __future__ import annotations

import random

import pytest
from cvss import CVSS4

from scantling.db.cvss import base_score
from scantling.db.cvss4 import score
from scantling.db.cvss4_scores import MACRO_SCORES

BASE = {
    "AV": "NALP", "AC": "LH", "AT": "NP", "PR": "NLH", "UI": "NPA", "VC": "HLN", "VI": "HLN", "VA": "HLN",
    "SC": "HLN", "SI": "HLN", "SA": "HLN",
}  # fmt: skip
MORE = {
    "E": "XAPU", "CR": "XHML", "IR": "XHML", "AR": "XHML", "MAV": "XNALP", "MAC": "XLH", "MAT": "XNP", "MPR": "XNLH",
    "MUI": "XNPA", "MVC": "XHLN", "MVI": "XHLN", "MVA": "XHLN", "MSC": "XHLN", "MSI": "XSHLN", "MSA": "XSHLN",
}  # fmt: skip
WORST = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H"


def vectors(count: int) -> list[str]:
    chance = random.Random(20261123)
    made = []
    for number in range(count):
        metrics = {name: chance.choice(values) for name, values in BASE.items()}
        if number % 2:
            metrics |= {name: chance.choice(values) for name, values in MORE.items() if chance.random() < 0.3}
        made.append("CVSS:4.0/" + "/".join(f"{name}:{value}" for name, value in metrics.items()))
    return made


def test_three_thousand_vectors_score_as_the_reference_says() -> None:
    assert [vector for vector in vectors(3_000) if score(vector) != float(CVSS4(vector).base_score)] == []


# from FIRST's "CVSS v4.0 Examples" document
@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3),  # CVE-2022-41741
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7),  # CVE-2020-3549
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.8),
        (WORST, 10.0),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0),
        (WORST + "/S:P/AU:Y/R:U/V:C/RE:H/U:Red", 10.0),  # supplemental metrics do not count
    ],
)
def test_published_scores(vector: str, expected: float) -> None:
    assert base_score(vector) == expected == float(CVSS4(vector).base_score)


@pytest.mark.parametrize(
    "vector",
    [
        "CVSS:4.0", "CVSS:4.0/AV:N", WORST.replace("4.0", "4.1"), WORST + "/AV:N", WORST + "/E:Z", WORST + "/Q:N",
        WORST.replace("SI:H", "SI:S"), WORST.replace("AV:N", "AV:X"), WORST + "/MSC:S", WORST + "/E", WORST + "/U:Pink",
    ],
)  # fmt: skip
def test_what_is_no_complete_vector_has_no_score(vector: str) -> None:
    assert score(vector) is None


def test_the_table_has_every_macro_vector_of_the_specification() -> None:
    assert len(MACRO_SCORES) == 270
