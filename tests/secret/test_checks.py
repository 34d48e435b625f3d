"""What issuers build into their tokens: a token of theirs passes, one with any character changed does not."""

from __future__ import annotations

import random

import pytest

from scantling.secret.azure import marvin32
from scantling.secret.checks import CHECKS, VERIFYING
from scantling.secret.rule import Rule
from scantling.secret.ruleset import shipped_rules
from support.azure_keys import KINDS, annotated, marvin, signed
from support.secret_corpus import drawn

WITH_CHECKSUM = [rule for rule in shipped_rules() if rule.check in VERIFYING - {"pypi_macaroon"}]


def test_an_example_of_the_issuer() -> None:
    # the value of Grafana's own test of its package satokengen, in two parts
    assert CHECKS["grafana_crc32"](b"glsa_yscW25imSKJIuav8zF37" + b"RZmnbiDvB05G_fcaaf58a")


@pytest.mark.parametrize(
    ("seed", "data", "halves"),
    [
        # the vectors of SymCrypt's own test of Marvin32
        (0xD53CD9CECD0893B7, b"abc", 0x22C74339492769BF),
        (0x0DDDDEEEEFFFF000, b"abcdefghijklmnopqrstuvwxyz", 0xA128EB7E7260ACA2),
        (0x804FB61A801BDBCC, b"\xff\x00\xff\x00\xff\x00\xff", 0xFDFD187B1D3CE784),
    ],
)
def test_marvin32(seed: int, data: bytes, halves: int) -> None:
    assert marvin32(data, seed) == halves >> 32 ^ halves & 0xFFFFFFFF
    assert marvin(data, seed) == (halves & 0xFFFFFFFF, halves >> 32)


@pytest.mark.parametrize("signature", KINDS)
def test_keys_with_a_signature_of_azure(signature: str) -> None:
    key = signed(signature, random.Random(3))
    assert key.rstrip("=")[-10:-6] == signature
    assert CHECKS["azure_key"](key.encode())
    other = next(known for known, (size, _) in KINDS.items() if known != signature)
    assert not CHECKS["azure_key"](key.replace(signature, other).encode())


@pytest.mark.parametrize("encoded", [True, False])
def test_annotated_keys_with_either_checksum(encoded: bool) -> None:
    for seed in range(50):
        key = annotated("AZDO", random.Random(seed), encoded)
        assert CHECKS["azure_annotated_key"](key.encode())
        assert not CHECKS["azure_annotated_key"]((key[:79] + "X" + key[80:]).encode())


@pytest.mark.parametrize(
    ("key", "passes"),
    [
        (b"ASIA" + b"Y34FZKBOKMUTVV7A", True),  # account 609629065308, of the blog that first read them
        (b"AKIA" + b"IOSFODNN7EXAMPLE", True),  # of the old generation: says nothing
        (b"AKIA" + b"7777777777777777", False),  # account 1099511627775, of thirteen digits
    ],
)
def test_the_account_of_an_access_key(key: bytes, passes: bool) -> None:
    assert CHECKS["aws_account"](key) is passes


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
