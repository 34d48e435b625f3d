"""Which versions an advisory speaks of, as a table. Expected answers follow from the text of each range."""

from __future__ import annotations

import pytest

from scantling.match.affected import Answer, judge, range_text
from scantling.model.advisory import Advisory, Range

YES, NO, UNSURE = Answer.AFFECTED, Answer.NOT_AFFECTED, Answer.UNVERIFIED


def advisory(scheme: str, *ranges: Range, versions: tuple[str, ...] = ()) -> Advisory:
    return Advisory(id="CVE-2026-0001", feed="test", scheme=scheme, ranges=ranges, versions=versions)


TABLE = [
    # scheme, ranges, installed, answer, fixes, range as text
    ("npm", (Range("", "1.2.0"),), "1.1.9", YES, ("1.2.0",), "<1.2.0"),
    ("npm", (Range("0", "1.2.0"),), "1.2.0", NO, (), ""),
    ("npm", (Range("0", "1.2.0"),), "1.2.0-rc.1", YES, ("1.2.0",), "<1.2.0"),
    ("npm", (Range("1.1.0", "1.2.0"),), "1.1.0", YES, ("1.2.0",), ">=1.1.0, <1.2.0"),
    ("npm", (Range("1.1.0", "1.2.0"),), "1.0.9", NO, (), ""),
    ("npm", (Range("1.0.0", "1.2.3"), Range("2.0.0", "2.0.5")), "2.0.4", YES, ("2.0.5",), ">=2.0.0, <2.0.5"),
    ("npm", (Range("1.0.0", "1.2.3"), Range("2.0.0", "2.0.5")), "1.2.3", NO, (), ""),
    ("npm", (Range("", "3.0.0"), Range("", "2.5.0")), "1.0.0", YES, ("2.5.0", "3.0.0"), "<3.0.0 || <2.5.0"),
    ("pep440", (Range("", "", "2.0"),), "2.0.0", YES, (), "<=2.0"),
    ("pep440", (Range("", "", "2.0"),), "2.0.1", NO, (), ""),
    ("pep440", (Range("", "", "2.0"),), "2.0+cu118", YES, (), "<=2.0"),
    ("pep440", (Range("", "2.0"),), "2.0+cu118", NO, (), ""),
    ("pep440", (Range("1.5"),), "9.9", YES, (), ">=1.5"),
    ("deb", (Range(),), "1:9.2p1-2+deb12u2", YES, (), ">=0"),
    ("deb", (Range("", "1:1.0-1"),), "9.0-1", YES, ("1:1.0-1",), "<1:1.0-1"),
    ("deb", (Range("", "9.0-1"),), "1:1.0-1", NO, (), ""),
    ("deb", (Range("", "3.0.15-1~deb12u1"),), "3.0.11-1~deb12u2", YES, ("3.0.15-1~deb12u1",), "<3.0.15-1~deb12u1"),
    ("rpm", (Range("", "0:3.0.7-25.el9_3"),), "3.0.7-24.el9", YES, ("0:3.0.7-25.el9_3",), "<0:3.0.7-25.el9_3"),
    ("rpm", (Range("", "", "3.0.7"),), "3.0.7-24.el9", YES, (), "<=3.0.7"),
    ("rpm", (Range("", "3.0.7"),), "3.0.7-24.el9", NO, (), ""),
    ("apk", (Range("", "3.1.4-r5"),), "3.1.4-r4", YES, ("3.1.4-r5",), "<3.1.4-r5"),
    ("go", (Range("1.21.0-0", "1.21.4"),), "go1.21rc2", YES, ("1.21.4",), ">=1.21.0-0, <1.21.4"),
    # what cannot be compared is said to be so, never "not affected"
    ("pep440", (Range("", "2.0"),), "unknown", UNSURE, ("2.0",), "<2.0"),
    ("pep440", (Range("", "not-a-version"),), "1.0", UNSURE, ("not-a-version",), "<not-a-version"),
    ("npm", (Range("", "2.0.0"),), "", UNSURE, ("2.0.0",), "<2.0.0"),
    ("pep440", (Range("", "2.0"),), "1" * 5_000, UNSURE, ("2.0",), "<2.0"),
    # ... unless one end settles it, or there is nothing to compare
    ("pep440", (Range("2.0", "not-a-version"),), "1.0", NO, (), ""),
    ("pep440", (Range(),), "unknown", YES, (), ">=0"),
    ("pep440", (Range("", "junk"), Range("", "2.0")), "1.0", YES, ("2.0",), "<2.0"),
    ("pep440", (), "1.0", NO, (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "ranges", "installed", "answer", "fixed", "text"), TABLE)
def test_ranges(
    scheme: str, ranges: tuple[Range, ...], installed: str, answer: Answer, fixed: tuple[str, ...], text: str
) -> None:
    judgement = judge(advisory(scheme, *ranges), installed)
    assert (judgement.answer, judgement.fixed, judgement.range) == (answer, fixed, text)


@pytest.mark.parametrize(
    ("installed", "answer"),
    [("1.0", YES), ("1.0.0", YES), ("1.0+local", YES), ("2010e", YES), ("1.0.1", NO), ("?", UNSURE)],
)
def test_listed_versions_count_as_text_and_by_value(installed: str, answer: Answer) -> None:
    judgement = judge(advisory("pep440", versions=("0.9", "2010e", "1.0")), installed)
    assert judgement.answer is answer


def test_a_listed_version_is_affected_even_where_its_ranges_do_not_hold_it() -> None:
    judgement = judge(advisory("pep440", Range("2.0", "2.1"), versions=("1.0",)), "1.0")
    assert (judgement.answer, judgement.fixed, judgement.range) == (YES, (), "=1.0")


def test_a_last_affected_version_is_not_shown_as_a_fix() -> None:
    assert range_text(Range("1.0", "", "1.5")) == ">=1.0, <=1.5"
    assert judge(advisory("maven", Range("1.0", "", "1.5")), "1.5").fixed == ()
