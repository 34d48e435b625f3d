"""Each scheme's own words: the tables of the specifications, and what is no version at all."""

from __future__ import annotations

import time
from itertools import combinations

import pytest

from scantling.guard import limits
from scantling.versions import SCHEMES, Unparseable, at_precision_of, compare, key
from scantling.versions.catalog import key_function

# Every list goes from the oldest to the newest version; every tuple inside one holds equal versions.
ASCENDING: dict[str, list[list[str | tuple[str, ...]]]] = {
    "apk": [
        # apk-package(5): pre-release suffixes are below the release, the others above it, a revision above none
        ["1.0_alpha", "1.0_alpha1", "1.0_beta", "1.0_pre2", "1.0_rc1", "1.0_rc10", "1.0", "1.0-r0", "1.0-r10"],
        ["1.0-r1", "1.0_cvs1", "1.0_svn1", "1.0_git20200101", "1.0_hg1", "1.0_p1", "1.0_p2", "1.0a", "1.0b", "1.0.0"],
        ["1.2.3-r4", "1.2.4-r0", "1.2.10-r0", "1.10.0-r0", "2-r0", "10-r0"],
        ["1.0_alpha_p1", "1.0_beta", "1.0_beta-r1", "1.0_beta1"],
        ["1.01", "1.1", "1.2"],
        ["3.0.8-r0", "3.0.8-r1", "3.0.9-r0", "3.1.4-r5"],
        ["9.1_p1-r0", "9.1_p1-r1", "9.1_p2-r0"],
        [("1.9.5p2-r0", "1.9.5_p2-r0"), "1.9.14_p3-r0"],
        ["1.0~abc-r0", "1.0~abd-r0"],
    ],
    "alpm": [
        # vercmp(8), "EXAMPLES"; a missing release is below every release here
        ["1.0a", "1.0b", "1.0beta", "1.0p", "1.0pre", "1.0rc", "1.0", "1.0.a", "1.0.1"],
        ["1", "1.0", "1.1", "1.1.1", "1.2", "2.0", "3.0.0"],
        ["1.5", "1.5-1", "1.5-2", "1.6-1", "1:1.0-1", "1:3.6-1", "2:0-1"],
        [("1.01", "1.1"), "1..1"],
    ],
    "semver": [
        # semver.org, section 11
        ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
         "1.0.0-rc.1",
         ("1.0.0", "1.0.0+build", "v1.0.0"), "1.0.1", "2.0.0", "2.1.0", "2.1.1", "10.0.0"],
    ],
    "npm": [["0.0.0-0", "0.0.0", "1.2.3-beta.2", "1.2.3-beta.10", ("1.2.3", "=1.2.3", " v1.2.3 ")]],
    "cargo": [["0.1.0-alpha.1", ("0.1.0", "0.1.0+zstd.1.5"), "0.1.1"]],
    "hex": [["1.0.0-rc.0", ("1.0.0", "1.0.0+b1"), "1.0.1"]],
    "pub": [["1.0.0-dev.1", "1.0.0", "1.0.0+1", "1.0.0+2", "1.0.0+10", "1.0.1"]],
    "julia": [["1.0.0-dev.1", "1.0.0-dev.a", "1.0.0", "1.0.0+1", "1.0.0+2", "1.0.0+10", "1.2.12+3", "1.2.13+0"]],
    # pvp.haskell.org: fewer numbers before more, and no number is left out
    "hackage": [["0.9.9", "1", "1.0", "1.0.0", "1.0.0.1", "1.0.1", "1.1", "1.9", "1.10"]],
    # "Writing R Extensions", Version; help(compareVersion)
    "cran": [["0.5", ("0.5-1", "0.5.1"), "0.5-1.1", "0.5-10", "1.0", "1.0.0", ("1.0-0-1", "1.0.0.1"), "7.3-58"]],
    "go": [
        # go.dev/ref/mod: pseudo-versions stand before the tag they lead up to
        ["v0.0.0-20190101000000-abcdefabcdef", "v0.0.0-20200101000000-abcdefabcdef", "v0.0.1",
         "v1.2.3-0.20200101000000-abcdefabcdef", "v1.2.3-pre", "v1.2.3-pre.0.20200101000000-abcdefabcdef",
         ("v1.2.3", "1.2.3"), "v1.2.4-0.20200101000000-abcdefabcdef", ("v2.0.0+incompatible", "v2.0.0")],
        # go.dev/doc/toolchain, with "go1.20" as the release it was before 1.21
        [("go1.20", "1.20.0"), "go1.20.14", "1.21.0-0", ("go1.21rc2", "1.21.0-rc.2"), ("go1.21rc3",), "go1.21.0",
         ("go1.21.4", "1.21.4", "go1.21.4 X:loopvar"), "go1.21.10", "go1.22rc1"],
        [("go1.18.3b7", "1.18.3"), "1.18.4"],
    ],
    "release": [
        # openssl.org, "Release strategy" of 1.1.1: letters after the numbers; python.org's, php.net's, ruby-lang.org's
        # lists of releases; Java's updates (JEP 223); Bitnami's revisions of its own builds
        ["0.9.8", "0.9.8a", "0.9.8z", "0.9.8za", "1.0.2", "1.1.1-pre1", "1.1.1", "1.1.1k", "1.1.1w", "3.0.0-alpha1"],
        ["3.12.0a1", "3.12.0b4", ("3.12.0rc1", "3.12.0-rc.1"), ("3.12.0", "3.12", "v3.12.0", "3.12.0+"), "3.12.1"],
        ["8.3.0alpha1", "8.3.0beta1", "8.3.0RC1", "8.3.0RC6", "8.3.0", "8.3.10"],
        ["2.7.0-preview1", "2.7.0", "2.7.0p1", "2.7.1p83"],
        ["1.8.0_92", ("1.8.0_392", "1.8.0-392", "1.8.0_392+8"), "11.0.15", "17.0.3-1", "17.0.21.1"],
        [("1.25.3", "1.25.3-0"), "1.25.3-1", "1.25.3-10", "1.25.4"],
    ],
    "pep440": [
        # packaging.python.org, "Version specifiers", Summary of permitted suffixes and relative ordering
        ["1.0.dev1", "1.0a1.dev1", "1.0a1", "1.0b1", "1.0rc1", ("1.0", "1", "v1.0.0"), "1.0+local", "1.0.post1", "1.1",
         "1!0.1"],
    ],
    "maven": [
        # maven.apache.org/pom.html#version-order-specification, its examples
        [("1-alpha", "1.0-alpha", "1.0.0.alpha"), ("1-alpha-1", "1-a1", "1.0.0-a1"), ("1-beta-1", "1-b1"),
         ("1-milestone-2", "1-m2"), ("1-rc-3", "1-cr3", "1.0.0.RC3"), "1-SNAPSHOT",
         ("1", "1.0", "1.0.0", "1.ga", "1-final", "1.0.0.RELEASE", "1-0"), "1-sp", "1-foo", "1-1", "1-2", "1.1"],
        ["1-foo2", "1-foo10"],
        ["1-1.foo-bar1baz-.1", "1-1.1"],
        ["2.0-alpha-1", "2.0-beta-9", "2.0-rc1", "2.0", "2.0.1", "2.0.10", "2.1-SNAPSHOT", "2.1"],
        ["5.3.17", "5.3.18", "5.3.39"], ["2.14.1", "2.15.0", "2.17.1"], ["31.1-android", "31.1-jre", "32.0.0-android"],
        ["1.2.17-16", "1.2.17-17"],
    ],
    "gem": [
        # Gem::Version, "Sorting and comparing"
        ["1.0.a", "1.0.b1", "1.0.rc1", ("1.0", "1", "1.0.0"), "1.0.1", "1.9", "1.10"],
        [("1.0.a10", "1.a10"), "1.0.0"],
        ["3.10.0.pre1", "3.10.0", "3.10.1"],
        [("2.0.0-rc1", "2.0.0.pre.rc1"), "2.0.0.rc1", "2.0.0"],
        ["1.8.2.0.a", "1.8.2", "1.8.2.0.1"],
        ["5.3.b", "5.3.b1", "5.3.b2", "5.3"],
    ],
    "nuget": [
        ["1.0.0-alpha", "1.0.0-Alpha.2", "1.0.0-alpha.10", "1.0.0-BETA", ("1.0", "1.0.0", "1.0.0.0", "1.0.0+sha"),
         "1.0.0.1", "1.0.1", "1.01.2"],
    ],
    "composer": [
        # getcomposer.org/doc/articles/versions.md, stabilities
        ["1.0.0-dev", ("1.0.0-alpha", "1.0.0a"), "1.0.0-alpha2", ("1.0.0-beta1", "1.0.0b1"), "1.0-RC1", "1.0-RC10",
         ("1.0", "v1.0.0", "1.0.0.0", "1.0-stable"), ("1.0.0-p1", "1.0.0pl1", "1.0.0-patch1"), "1.0.1"],
    ],
    "conan": [["1.0-pre", ("1", "1.0", "1.0.0"), "1.0+b1", "1.0.1", "1.1.1k", "1.1.1q", "1.9", "1.10", "cci.20200101"]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "ascending"), [(scheme, one) for scheme, lists in ASCENDING.items() for one in lists]
)
def test_the_order_is_the_specifications(scheme: str, ascending: list[str | tuple[str, ...]]) -> None:
    groups = [group if isinstance(group, tuple) else (group,) for group in ascending]
    for group in groups:
        for a in group:
            for b in group:
                assert compare(scheme, a, b) == 0, (a, b)
                assert hash(key(scheme, a)) == hash(key(scheme, b))
    for older, newer in combinations(groups, 2):
        for a in older:
            for b in newer:
                assert compare(scheme, a, b) == -1, (a, b)
                assert compare(scheme, b, a) == 1, (b, a)


def test_an_rpm_without_a_release_stands_before_every_release() -> None:
    assert compare("rpm", "1.0", "1.0-1") == -1
    assert at_precision_of("rpm", "1:1.0-3.el9", "1.0") == "1:1.0"
    assert at_precision_of("rpm", "1.0-3.el9", "1.0-4") == "1.0-3.el9"
    assert at_precision_of("pep440", "2.0.1+cu118", "2.0.1") == "2.0.1"
    assert at_precision_of("deb", "1.0-1", "1.0") == "1.0-1"


NO_VERSIONS = {
    "deb": [":1", "a:1", "1:", "-1:2", "1.0-", "-1", "1 2", "99999999999:1", "1.0\u0663", "\u0661"],
    "rpm": ["a:1", "-1", "~~^", "1.0-", "1 2", "99999999999:1", "..."],
    "alpm": ["", "a:1", "1 2", "...", ":"],
    "apk": ["a", "1.", "1..2", "1.0_foo", "1.0-1", "1.0-r", "1.0ab", "1.0_p1.2", "v1.0", "1.0 ", "\u0661.0"],
    "pep440": ["", "abc", "1.0-foo-bar", "1..0", "2.0.*", "\u0661.0"],
    "semver": ["", "a.b.c", "1.2.3.4", "1.2.", "1.2.3-", "1.2.3-a..b", "1,2", "latest", "\u0661.0.0", "1.0.0\n"],
    "npm": ["", "file:../x", "git+ssh://host/x", "*", "^1.0.0"],
    "maven": ["", "${project.version}", "1 2", "--", "..."],
    "gem": ["", "junk", "1.", "1..2", "1.0 2", "1.0\n2.0", "\u0661"],
    "go": ["(devel)", "devel +abc", "", "v", "go", "latest"],
    "nuget": ["", "1.2.3.4.5", "x", "1.0-"],
    "composer": ["dev-main", "1.x-dev", "9999999-dev|", "", "1.0-foo"],
    "conan": ["", "system", "1.0 0", "[>=1.0]"],
    "cargo": ["", "*"],
    "release": ["", "latest", "nightly.2026-03-10.0", "1.0 2", "1..2", "1.", "1.0-foo", "1.0abc", "\u0661.0"],
    "hex": ["", "~> 1.0"],
    "pub": ["", "any"],
    "julia": ["", "stdlib", "1.2.3.4"],
    "hackage": ["", "1.0-beta", "1.", ".1", "1..2", "\u0661"],
    "cran": ["", "1.0a", "1.0-", "-1", "1..0", "1_0", "\u0661"],
}


@pytest.mark.parametrize(("scheme", "text"), [(scheme, text) for scheme, all_ in NO_VERSIONS.items() for text in all_])
def test_what_is_no_version_is_refused(scheme: str, text: str) -> None:
    with pytest.raises(Unparseable) as refused:
        key(scheme, text)
    assert refused.value.scheme == scheme
    assert isinstance(refused.value, ValueError)
    with pytest.raises(Unparseable):
        compare(scheme, "1.0", text)


def test_every_scheme_is_tabled() -> None:
    assert set(NO_VERSIONS) == set(SCHEMES)
    assert set(ASCENDING) | {"deb", "rpm"} == set(SCHEMES)  # those two: test_versions_oracles


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
@pytest.mark.parametrize("unit", ["1", "1.", "a", "-", ".", "~", "1a", "a1", "_p", "-a.", "+", "0.", "\u0661", "\x00"])
def test_hostile_text_is_refused_or_ordered_at_once(scheme: str, unit: str) -> None:
    """5,000 digits, a megabyte, and the longest text allowed: no crash, no slow pattern."""
    start = time.perf_counter()
    for length in (5_000, 1_000_000):
        with pytest.raises(Unparseable, match="longer than"):
            key(scheme, unit * length)
    for tail in ("", "!", "1", "\n"):
        text = ("1" + unit * limits.VERSION_CHARS)[: limits.VERSION_CHARS - 1] + tail
        try:
            key(scheme, text)
        except Unparseable as refused:
            assert len(str(refused)) < 1_000
    assert time.perf_counter() - start < 0.5


def test_patterns_are_linear_without_the_length_limit() -> None:
    """Should the limit ever grow: the schemes' own patterns meet 100 kB in well below a second each."""
    for scheme in SCHEMES:
        parse = key_function(scheme)
        for unit in ("a", ".", "-", "1.", "~", "_p", "a-", " "):
            start = time.perf_counter()
            try:
                parse("1" + unit * (100_000 // len(unit)) + "!")
            except ValueError:
                pass
            assert time.perf_counter() - start < 2.0, (scheme, unit)


def test_an_unknown_scheme_is_a_programmers_error() -> None:
    with pytest.raises(KeyError):
        key("runic", "1.0")
