"""Laws of matching: order of rows does not matter, and one more advisory never takes a finding away."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scantling.match.match import match
from scantling.model.advisory import Advisory, Range, SourceStatus, Vulnerability
from scantling.model.package import Inventory, Package

IDS = ["CVE-2024-1", "CVE-2024-2", "GHSA-aaaa", "GHSA-bbbb", "PYSEC-1", "PYSEC-2"]
BOUNDS = st.sampled_from(["", "0", "1.0", "1.5", "2.0", "junk"])
ADVISORIES = st.builds(
    lambda id, introduced, fixed, last: Advisory(id, "feed", "pep440", (Range(introduced, fixed, last),)),
    st.sampled_from(IDS), BOUNDS, BOUNDS, BOUNDS,
)  # fmt: skip
SAID = st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(IDS), max_size=3, unique=True), max_size=6)
PACKAGE = Package(purl="pkg:pypi/x@1.5", name="x", version="1.5", type="pypi", ecosystem="pypi")


class Shelf:
    def __init__(self, rows: list[Advisory], aliases: dict[str, list[str]]) -> None:
        self.rows = rows
        self.aliases = aliases

    def advisories(self, ecosystem: str, name: str) -> tuple[Advisory, ...]:
        return tuple(self.rows)

    def vulnerability(self, id: str) -> Vulnerability | None:
        return Vulnerability(id, tuple(self.aliases[id])) if id in self.aliases else None

    def covers(self, ecosystem: str) -> SourceStatus | None:
        return SourceStatus("feed", "", 1)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(ADVISORIES, max_size=6), said=SAID, shuffled=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, said, shuffled) -> None:  # type: ignore[no-untyped-def]
    inventory = Inventory(None, (PACKAGE,))
    other = list(rows)
    shuffled.shuffle(other)
    assert match(inventory, Shelf(rows, said), "") == match(inventory, Shelf(other, said), "")


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(ADVISORIES, max_size=6), said=SAID, extra=ADVISORIES)
def test_more_advisories_never_hide_what_is_affected(rows, said, extra) -> None:  # type: ignore[no-untyped-def]
    inventory = Inventory(None, (PACKAGE,))
    before, _ = match(inventory, Shelf(rows, said), "")
    after, _ = match(inventory, Shelf([*rows, extra], said), "")
    names = {id for finding in after for id in (finding.id, *finding.aliases)}
    for finding in before:
        if finding.status != "unverified":
            assert finding.id in names
