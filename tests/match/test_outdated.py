"""Packages behind their distribution: one finding for each source package."""

from __future__ import annotations

import pytest

from scantling.match.outdated import newest_fix, outdated
from scantling.model.advisory import Advisory, Range
from scantling.model.package import Package, Source


def deb(name: str, version: str, source: str = "") -> Package:
    made = Source(source, version) if source else None
    return Package(f"pkg:deb/debian/{name}@{version}", name, version, "deb", "debian:12", source=made)


def fixed(version: str, scheme: str = "deb", **more: str) -> Advisory:
    return Advisory("CVE-1", "debian", scheme, (Range(fixed=version),), status="fixed", **more)


@pytest.mark.parametrize(
    ("installed", "fixes", "newest"),
    [
        ("3.0.11-1", ["3.0.13-1", "3.0.12-1"], "3.0.13-1"),
        ("3.0.13-1", ["3.0.13-1", "3.0.12-1"], None),
        ("3.0.13-1~deb12u1", ["3.0.13-1"], "3.0.13-1"),  # dpkg: ~ sorts before the end
        ("1:2.0-1", ["3.0-1"], None),  # dpkg: the epoch decides
        ("3.0-1", [], None),
        ("3.0-1", ["0"], None),
    ],
)
def test_the_newest_fix_is_the_highest_in_the_distributions_order(
    installed: str, fixes: list[str], newest: str | None
) -> None:
    best = newest_fix(deb("openssl", installed), [fixed(version) for version in fixes])
    assert (best[0] if best else None) == newest


def test_a_fix_that_is_not_out_and_one_of_another_stream_do_not_count() -> None:
    open_ = Advisory("CVE-1", "debian", "deb", (Range(fixed="9-1"),), status="affected")
    assert newest_fix(deb("openssl", "3-1"), [open_]) is None
    rpm = Package("pkg:rpm/x", "nodejs", "18-1", "rpm", "rhel:9", module="nodejs:18")
    assert newest_fix(rpm, [fixed("20-1", "rpm", module="nodejs:20")]) is None


def test_binaries_of_one_source_are_one_finding() -> None:
    newest = fixed("3.0.13-1")
    behind = [(deb(name, "3.0.11-1", "openssl"), "3.0.13-1", newest) for name in ("openssl", "libssl3")]
    (finding,) = outdated(behind, "shop/api")
    assert (finding.kind, finding.id, finding.severity) == ("outdated", "OUTDATED-openssl", "LOW")
    assert finding.title == "openssl 3.0.11-1 is behind 3.0.13-1 (with openssl)"
    assert finding.package == "pkg:deb/debian/libssl3@3.0.11-1" and finding.fixed_versions == ("3.0.13-1",)
