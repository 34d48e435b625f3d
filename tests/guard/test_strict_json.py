"""Strict JSON: one text, one meaning. Expected values from RFC 8259."""

from __future__ import annotations

import time

import pytest

from scantling.guard import strict_json
from scantling.model.errors import Malformed

MIB = 1 << 20


def loads(data: bytes) -> object:
    return strict_json.loads(data, max_bytes=16 * MIB, where="test.json")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, -2, 1.5, true, null, "x"]}', {"a": [1, -2, 1.5, True, None, "x"]}),
        (b" \n[]\n", []),
        (b'"a [ in a string \\" ] {"', 'a [ in a string " ] {'),
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        ('"ü\\u00fc\\ud83d\\ude00"'.encode(), "üü😀"),
        (b'["\\ud800"]', ["\ufffd"]),
    ],
)
def test_json_is_read(text: bytes, value: object) -> None:
    assert loads(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<html>", "not JSON"),
        (b"{} {}", "not JSON"),
        (b"\xef\xbb\xbf{}", "byte-order mark"),
        ("{}".encode("utf-16"), "byte-order mark"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": 1, "b": 2, "a": 3}', "twice"),
        (b'{"x": [{"a": 1, "\\u0061": 3}]}', "twice"),
        (b'{"\\ud800": 1, "\\ud801": 2}', "twice"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"1e999", "out of range"),
        (b"1" * 20, None),
        (b"99999999999999999999", "64 bits"),
        (b"1" * 100_000, "64 bits"),
        (b'{"a": "unterminated', "not JSON"),
    ],
)
def test_anything_ambiguous_is_refused(text: bytes, message: str | None) -> None:
    if message is None:
        assert loads(text) == int(text)
        return
    with pytest.raises(Malformed, match=message) as caught:
        loads(text)
    assert caught.value.where == "test.json"


def test_size_is_bounded() -> None:
    with pytest.raises(Malformed, match="at most 10"):
        strict_json.loads(b'"12345678901"', max_bytes=10, where="x")


def test_depth_is_bounded_and_brackets_in_strings_do_not_count() -> None:
    assert strict_json.loads(b"[[[]]]", max_bytes=100, max_depth=3, where="x") == [[[]]]
    with pytest.raises(Malformed, match="deeper than 3"):
        strict_json.loads(b"[[[[]]]]", max_bytes=100, max_depth=3, where="x")
    assert loads(b'"' + b"[" * 1000 + b'"') == "[" * 1000


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000,
        b"[" * 4 * MIB,
        b"[]" * 2 * MIB,
        b'"' + b'\\"' * 2 * MIB,
        b'"' * 4 * MIB,
        b"\\" * 4 * MIB,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
    ids=["100k-open", "4M-open", "pairs", "unterminated-escapes", "quotes", "backslashes", "deep-objects"],
)
def test_hostile_texts_are_refused_within_a_second_or_so(text: bytes) -> None:
    started = time.process_time()
    with pytest.raises(Malformed):
        loads(text)
    assert time.process_time() - started < 2
