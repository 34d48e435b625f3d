"""Which findings an exception takes, for how long, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scantling.exceptions.apply import apply, problems, remarks
from scantling.exceptions.entry import Entry, Place, fits_package
from scantling.exceptions.limit import within
from scantling.exceptions.own_format import read
from scantling.exceptions.prune import with_entry, without
from scantling.model.finding import Finding, Suppression
from support.sample_report import DJANGO, OPENSSL, finding

TODAY = date(2026, 11, 23)
CVE = finding("CVE-1", OPENSSL, "HIGH", "4", aliases=("GHSA-1",), path="usr/lib/libssl.so")
OTHER = finding("CVE-2", DJANGO, "LOW")


def entry(**more: object) -> Entry:
    return Entry(**({"place": Place("f", 1), "id": "CVE-1", "reason": "r", "owner": "o"} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        (entry(), True),
        (entry(id="GHSA-1"), True),
        (entry(id="CVE-*"), True),
        (entry(id="CVE-3"), False),
        (entry(package="openssl"), True),
        (entry(package="django"), False),
        (entry(path="/usr/lib/*"), True),
        (entry(path="opt/*"), False),
        (entry(image="shop/*"), True),
        (entry(image="other/*"), False),
        (entry(kinds=("secret",)), False),
        (entry(statuses=("will_not_fix",)), False),
    ],
)
def test_every_part_that_is_given_must_fit(one: Entry, fits: bool) -> None:
    (found,), (used,) = apply([CVE], [one], "shop/api", TODAY)
    assert (found.suppressed is not None, bool(used.fits)) == (fits, fits)


@pytest.mark.parametrize(
    ("purl", "pattern", "fits"),
    [
        ("pkg:deb/debian/openssl@3.0?arch=amd64", "openssl", True),
        ("pkg:deb/debian/openssl@3.0?arch=amd64", "openssl@3.0", True),
        ("pkg:deb/debian/openssl@3.0?arch=amd64", "openssl@3.1", False),
        ("pkg:deb/debian/openssl@3.0?arch=amd64", "pkg:deb/debian/openssl", True),
        ("pkg:deb/debian/openssl@3.0?arch=amd64", "pkg:deb/debian/openssl@3.0", True),
        ("pkg:deb/debian/openssl@3.0?arch=amd64", "pkg:deb/debian/openss", False),
        ("pkg:npm/%40babel/core@7.0.0", "@babel/core", True),
        ("pkg:maven/org.slf4j/slf4j-api@1.7", "org.slf4j:slf4j-api", True),
        ("pkg:maven/org.slf4j/slf4j-api@1.7", "slf4j-api", True),
        ("pkg:pypi/django@3.2", "pkg:npm/*", False),
    ],
)
def test_packages_are_named_as_people_name_them(purl: str, pattern: str, fits: bool) -> None:
    assert fits_package(purl, pattern) is fits


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(("expires", "counts"), [(day("2026-11-23"), True), (day("2026-11-22"), False), (None, True)])
def test_an_exception_counts_until_its_last_day(expires: date | None, counts: bool) -> None:
    (found,), (used,) = apply([CVE], [entry(expires=expires)], "", TODAY)
    assert (found.suppressed is not None, used.counted) == (counts, counts)


@pytest.mark.parametrize(
    ("added", "expires", "why"),
    [
        ("2026-11-23", "2027-02-21", ""),  # 90 days
        ("2026-11-23", "2027-02-22", "lasts 91 days, and the policy allows 90 days"),
        ("2025-12-01", "2026-12-01", "lasts 365 days"),  # its last week does not make it short
        ("2026-10-01", None, "has no end"),
        (None, "2026-11-30", "does not say when it was added"),
        ("2026-11-24", "2026-11-30", "is added on 2026-11-24, a day that has not come"),
    ],
)
def test_a_policy_limits_how_long_from_the_day_it_was_added(added: str | None, expires: str | None, why: str) -> None:
    one = entry(added=added and day(added), expires=expires and day(expires))
    (found, _), (used,) = apply([CVE, OTHER], [one], "", TODAY, 90)
    assert (found.suppressed is None) == bool(why) and used.counted != bool(why)
    gaps = remarks([used], TODAY, 90)
    assert [(gap.what, gap.where, gap.blocks) for gap in gaps] == [("exception-not-counted", "f:1", False)] * bool(why)
    assert not why or f"the exception for CVE-1 {why}" in gaps[0].reason
    assert not why or problems(used, (), TODAY, 90)[0].startswith(why)


def test_an_exception_that_fits_nothing_here_is_not_spoken_of() -> None:
    _, uses = apply([OTHER], [entry(expires=day("2026-11-01"))], "", TODAY)
    assert remarks(uses, TODAY) == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [({"id": "*VE-*"}, True), ({"id": "CVE-1"}, False), ({"id": "*VE-*", "path": "usr/*"}, False),
     ({"id": "*VE-*", "package": "openssl"}, False)],
)  # fmt: skip
def test_a_pattern_of_ids_that_takes_several_is_spoken_of(more: dict[str, str], said: bool) -> None:
    both = (CVE, replace(CVE, id="CVE-2", fingerprint="2"))
    found, uses = apply(both, [entry(**more)], "", TODAY)
    assert any(one.suppressed for one in found)
    gaps = remarks(uses, TODAY)
    assert [(gap.what, gap.where, gap.blocks) for gap in gaps] == [("exception-too-wide", "f:1", False)] * said
    assert not said or "takes 2 findings" in gaps[0].reason


def test_an_expired_exception_that_fits_is_spoken_of() -> None:
    _, uses = apply([CVE], [entry(expires=day("2026-11-01"))], "", TODAY)
    assert [gap.reason for gap in remarks(uses, TODAY)] == ["the exception for CVE-1 expired on 2026-11-01"]


@pytest.mark.parametrize(
    ("suppression", "live"),
    [
        (Suppression("ann (f:1)", "r", "2027-02-21", "2026-11-23"), False),
        (Suppression("ann (f:1)", "r", "2027-02-22", "2026-11-23"), True),
        (Suppression("ann (f:1)", "r", None, "2026-11-23"), True),
        (Suppression("ann (f:1)", "r", "2026-12-01", "unknown"), True),
        (Suppression("VEX of Ann (a.json)", "not_affected: r"), False),
        (Suppression("baseline main.json", "known before"), False),
    ],
)
def test_a_saved_report_is_held_to_the_limit_too(suppression: Suppression, live: bool) -> None:
    (found,), gaps = within((replace(CVE, suppressed=suppression),), 90, TODAY)
    assert (found.suppressed is None, len(gaps)) == (live, int(live))
    assert within((replace(CVE, suppressed=suppression),), None, TODAY)[1] == ()


def test_an_owner_does_not_pass_for_a_document_or_a_baseline() -> None:
    for owner in ("VEX of Debian", "baseline x"):
        (found,), _ = apply([CVE], [entry(owner=owner)], "", TODAY)
        assert found.suppressed is not None and found.suppressed.by == f"f:1 {owner}"


def test_what_is_suppressed_says_who_why_and_until_when() -> None:
    (found,), _ = apply([CVE], [entry(expires=date(2026, 12, 1), reason="never parsed", owner="ann")], "", TODAY)
    assert found.suppressed is not None
    assert (found.suppressed.by, found.suppressed.reason, found.suppressed.expires) == (
        "ann (f:1)", "never parsed", "2026-12-01",
    )  # fmt: skip


def said(one: Entry, *findings: Finding) -> tuple[str, ...]:
    _, (used,) = apply(findings, [one], "", TODAY)
    return problems(used, findings, TODAY)


def test_what_is_wrong_with_an_exception() -> None:
    unfixed = replace(CVE, fixed_versions=())
    assert said(entry(expires=date(2027, 6, 1)), unfixed) == ()
    assert said(entry(expires=date(2026, 11, 1)), unfixed) == ("expired on 2026-11-01",)
    assert said(entry(expires=date(2026, 12, 7)), unfixed) == ("expires on 2026-12-07, in 14 days",)
    assert said(entry(expires=date(2026, 12, 8)), unfixed) == ()
    assert said(entry(), OTHER) == ("matches nothing any more",)
    assert said(entry(), CVE) == ("a fix is out: 4 (if that was known then, say so: `known_fixes`)",)
    assert said(entry(known_fixes=()), CVE) == ("a fix has come out since: 4",)
    assert said(entry(known_fixes=("4",)), CVE) == ()
    assert said(entry(known_fixes=("4",)), replace(CVE, fixed_versions=("4", "5"))) == ("a fix has come out since: 5",)
    many = [replace(unfixed, fingerprint=str(number)) for number in range(51)]
    assert said(entry(), *many) == ("matches 51 findings: name the package, the path or the image",)


def test_an_entry_is_added_and_taken_out_without_touching_the_rest() -> None:
    first = with_entry("", entry(expires=date(2026, 12, 1), reason='says "hi" \\ #1', package="a b"))
    (one,) = read(first.encode(), "f", ("reason", "owner", "expires"))
    assert (one.reason, one.package) == ('says "hi" \\ #1', "a b")
    commented = first + "  # kept\n"
    both = with_entry(commented, entry(id="CVE-2", expires=date(2026, 12, 1)))
    entries = read(both.encode(), "f", ())
    assert [each.id for each in entries] == ["CVE-1", "CVE-2"]
    assert without(both, entries[1:]) == commented
    assert read(without(both, entries).encode(), "f", ()) == ()
