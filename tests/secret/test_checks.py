"""What issuers build into their tokens: a token of theirs passes, one with any character changed does not."""

from __future__ import annotations

import random

import pytest

from scantling.secret.checks import CHECKS, VERIFYING
from scantling.secret.rule import Rule
from scantling.secret.ruleset import shipped_rules
from support.secret_corpus import drawn

WITH_CHECKSUM = [rule for rule in shipped_rules() if rule.check in VERIFYING - {"pypi_macaroon"}]


def test_an_example_of_the_issuer() -> None:
    # the value of Grafana's own test of its package satokengen, in two parts
    assert CHECKS["grafana_crc32"](b"glsa_yscW25imSKJIuav8zF37" + b"RZmnbiDvB05G_fcaaf58a")


@pytest.mark.parametrize("rule", WITH_CHECKSUM, ids=lambda rule: rule.id)
def test_one_changed_character_is_no_token(rule: Rule) -> None:
    _, value = drawn(rule, random.Random(7))
    check = CHECKS[rule.check]
    assert check(value.encode())
    for place in range(8, len(value)):  # behind any prefix
        other = "1" if value[place] != "1" else "2"
        assert not check((value[:place] + other + value[place + 1 :]).encode())


@pytest.mark.parametrize(
    ("value", "passes"),
    [
        (b"sntrys_eyJvcmciOiJzaG9wIn0=_" + b"a" * 43, True),  # {"org":"shop"}
        (b"glc_eyJvIjoiNjU0In0=", True),  # {"o":"654"}
        (b"eyJrIjoiYWJjIn0", True),  # {"k":"abc"}
        (b"glc_WzEsMl0=", False),  # [1,2]
        (b"glc_eyJvIjoiNjU0", False),  # {"o":"654
        (b"sntrys__x", False),
    ],
)
def test_json_inside(value: bytes, passes: bool) -> None:
    assert CHECKS["json_inside"](value) is passes
