"""Functions that are Scantling's own: expected values are what OPA 1.20 printed for the same expressions."""

from __future__ import annotations

from typing import Any

import pytest

from scantling.rego.builtins import REFUSED, extensions
from scantling.rego.go_format import sprintf
from scantling.rego.go_time import add_date
from scantling.rego.semantic_version import compare, is_valid

DAY_NS = 86_400_000_000_000


@pytest.mark.parametrize(
    ("template", "values", "printed"),
    [
        ("%5d|%-5d|%05d", [3, 3, 3], "    3|3    |00003"),
        ("%.2f %f %6.1f", [1.234, 2.5, 3.14159], "1.23 2.500000    3.1"),
        ("%d", [4.0], "4"),
        ("%s %q", ["a", "b"], 'a "b"'),
        ("%v", [{"b": [1, None, True], "a": "x"}], '{"a": "x", "b": [1, null, true]}'),
        ("%v", [{"y", "x"}], '{"x", "y"}'),
        ("%x %X %o %b", [255, 255, 8, 5], "ff FF 10 101"),
        ("%t", [True], "%!t(string=true)"),
        ("%s", [3], "%!s(int64=3)"),
        ("%d", ["x"], "%!d(string=x)"),
        ("%d %d", [1], "1 %!d(MISSING)"),
        ("%d", [1, 2], "1%!(EXTRA int64=2)"),
        ("100%%", [], "100%"),
        ("%-10s|%10s|%.3s", ["ab", "ab", "abcdef"], "ab        |        ab|abc"),
        ("%v", [None], "null"),
        ("%e %g", [12345.678, 0.00001], "1.234568e+04 1e-05"),
        ("%+d", [3], "+3"),
        ("%c %U", [65, 65], "A U+0041"),
        ("%q", [["a"]], '"[\\"a\\"]"'),
        ("%v %v %v", [-0.5, 123456789012, 0.1], "-0.5 123456789012 0.1"),
        ("%[2]d %[1]d", [1, 2], "2 1"),
        ("%*d", [5, 1], "    1"),
        ("%5.1f%%", [97], "%!f(int64=   97)%"),
    ],
)
def test_sprintf(template: str, values: list[Any], printed: str) -> None:
    assert sprintf(template, values) == printed


def test_sprintf_pads_no_further_than_anybody_reads() -> None:
    with pytest.raises(ValueError, match="width"):
        sprintf("%999999999d", [1])


def test_a_day_that_the_month_does_not_have_runs_on() -> None:
    end_of_january = 20_484 * DAY_NS  # 2026-01-31
    assert add_date(end_of_january, 0, 1, 0) == 1_772_496_000_000_000_000  # 2026-03-03
    assert add_date(end_of_january + 5, 0, 0, 1) == end_of_january + DAY_NS + 5


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [("1.2.3", "1.10.0", -1), ("1.2.3-alpha", "1.2.3", -1), ("1.0.0+a", "1.0.0+b", 0),
     ("1.0.0-alpha.1", "1.0.0-alpha.beta", -1), ("v2.0.0", "1.9.9", 1)],
)  # fmt: skip
def test_versions(one: str, other: str, order: int) -> None:
    assert (compare(one, other), compare(other, one)) == (order, -order)


@pytest.mark.parametrize(("text", "valid"), [("1.2.3", True), ("v1.2.3", True), ("1.2", False), ("x", False)])
def test_what_is_a_version(text: str, valid: bool) -> None:
    assert is_valid(text) is valid


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("crypto.sha256", ("abc",), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("crypto.md5", ("abc",), "900150983cd24fb0d6963f7d28e17f72"),
        ("crypto.hmac.sha256", ("abc", "k"), "342e519ce0ad6c03a36b98eeb3f1d130db4813b9df4d1160eda488d712dc78ee"),
        ("net.cidr_intersects", ("10.0.0.0/8", "10.1.0.0/16"), True),
        ("net.cidr_merge", (["10.0.0.0/9", "10.128.0.0/9"],), {"10.0.0.0/8"}),
        ("array.flatten", ([[1], 2],), [1, 2]),
    ],
)
def test_the_others(name: str, arguments: tuple[Any, ...], value: Any) -> None:
    ((_, arity, function),) = extensions(0, frozenset({name}))
    assert (arity, function(*arguments)) == (len(arguments), value)


def test_what_is_refused_raises_if_it_is_reached_all_the_same() -> None:
    for name, _, function in extensions(0, frozenset(REFUSED)):
        with pytest.raises(ValueError, match=name):
            function()
