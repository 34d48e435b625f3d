"""Hostile text is shown, never acted on."""

import pytest

from scantling.guard.display import clip, display_width, pad, printable, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("libssl3", "libssl3"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("\u009b2J", "\\u009b2J"),  # C1: another way to write ESC [
        ("safe\u202etxt.exe", "safe\\u202etxt.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("pay\u200bpal\ufeff", "pay\\u200bpal\\ufeff"),
        ("a\u2028b", "a\\u2028b"),
        ("\uf7ff\uf780", "\\xff\\x80"),  # layers.names: raw bytes of an undecodable name
        ("\ue000", "\\ue000"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),  # tag characters can carry a hidden message
        ("\u3164", "\\u3164"),  # a "letter" that draws nothing
        ("naïve 日本語 é", "naïve 日本語 é"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_every_code_point_comes_out_visible_and_encodable() -> None:
    for point in range(0x110000):
        shown = printable(chr(point))
        assert shown.isprintable(), hex(point)
        shown.encode("utf-8")


def test_long_text_is_cut_and_says_so() -> None:
    assert printable("x" * 50, max_chars=10) == "x" * 10 + "…"
    assert len(printable("x" * 1_000_000)) < 3_000


def test_width_counts_columns() -> None:
    assert display_width("abc") == 3
    assert display_width("日本") == 4  # East Asian Width W
    assert display_width("e\u0301") == 1  # a combining accent takes no column
    assert pad("日本", 6) == "日本  "
    assert clip("日本語", 5) == "日本…"
    assert clip("abc", 3) == "abc"


def test_wrap_keeps_every_character_of_long_words() -> None:
    lines = wrap("short " + "x" * 50 + " end", 20)
    assert all(display_width(line) <= 20 for line in lines)
    assert "".join(lines).replace(" ", "") == "short" + "x" * 50 + "end"
    assert wrap("a b c d e f g h i j k l", 8, max_lines=2)[-1].endswith("…")
