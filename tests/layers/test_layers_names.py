"""Names: distinct bytes stay distinct, every text is valid Unicode, nothing leaves the root."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scantling.layers.names import NameTooLong, decode_name, encode_name, normalise

quick = settings(derandomize=True, max_examples=500)
raw_names = st.one_of(st.binary(max_size=40), st.text(max_size=20).map(lambda s: s.encode("utf-8", "replace")))


@given(st.one_of(raw_names, st.text("\uf700\uf7ff\uf780a\u00e9", max_size=8).map(str.encode)))
@quick
def test_decoding_loses_nothing_and_is_valid_text(raw: bytes) -> None:
    text = decode_name(raw)
    text.encode("utf-8")
    assert encode_name(text) == raw


def test_spelling() -> None:
    assert decode_name(b"caf\xe9") == "caf\uf7e9"
    assert decode_name("caf\u00e9".encode()) == "caf\u00e9"
    assert decode_name("\uf7e9".encode()) == "\uf7ef\uf79f\uf7a9"


@given(raw_names)
@quick
def test_normalised_names_have_no_way_out(raw: bytes) -> None:
    path = normalise(raw)
    if path is not None:
        assert not {"", ".", ".."} & set(path.split("/"))
        assert normalise(encode_name(path)) == path


@pytest.mark.parametrize("raw", [b"", b".", b"/", b"./", b"..", b"a/..", b"//./../", b"a/b/../.."])
def test_the_root_itself(raw: bytes) -> None:
    assert normalise(raw) is None


def test_bounds() -> None:
    assert normalise(b"n" * 255) == "n" * 255
    for raw in (b"n" * 256, b"a/" * 2048 + b"b"):
        with pytest.raises(NameTooLong):
            normalise(raw)
