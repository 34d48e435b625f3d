"""Laws of every scheme: any two versions have one order, it is transitive, and equal versions have equal hashes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scantling.versions import SCHEMES, Unparseable, compare, key

WORDS = [
    "alpha",
    "beta",
    "rc",
    "a",
    "b",
    "m",
    "sp",
    "dev",
    "pre",
    "p",
    "ga",
    "final",
    "x",
    "git",
    "snapshot",
    "post",
    "foo",
]
MARKS = ["0", "0", "00", "1", "01", "2", "10", "~", "^", "_", "+", "-", "-", "-r", ".", ".", ".", ":"]
PIECES = st.sampled_from([*MARKS, *WORDS])
VERSIONS = st.builds(lambda first, rest: first + "".join(rest), st.sampled_from("0129"), st.lists(PIECES, max_size=9))


def parseable(scheme: str, texts: list[str]) -> list[str]:
    kept = []
    for text in texts:
        try:
            key(scheme, text)
        except Unparseable:
            continue
        kept.append(text)
    return kept


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
@settings(max_examples=80, deadline=None)
@given(texts=st.lists(VERSIONS, min_size=2, max_size=12))
def test_the_order_is_total(scheme: str, texts: list[str]) -> None:
    known = parseable(scheme, texts)
    for a in known:
        assert compare(scheme, a, a) == 0
        for b in known:
            forward = compare(scheme, a, b)
            assert forward == -compare(scheme, b, a)
            assert (forward == 0) == (key(scheme, a) == key(scheme, b))
            if forward == 0:
                assert hash(key(scheme, a)) == hash(key(scheme, b))
            for c in known:
                if forward <= 0 and compare(scheme, b, c) <= 0:
                    assert compare(scheme, a, c) <= 0


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_ordered_or_refused(scheme: str, text: str) -> None:
    try:
        assert compare(scheme, text, text) == 0
    except Unparseable as refused:
        assert str(refused)
    except KeyError:
        pytest.fail("a scheme's own table leaked")
