"""The order of versions held against the programs that own it: RubyGems, Composer, Elixir, R, pacman; npm's semver for
what is Semantic Versioning; univers for NuGet and Conan; and the specifications, written again, for Dart, Julia and
Haskell, which have no program here."""

from __future__ import annotations

import ctypes.util
import random
import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import pytest

from scantling.versions import Unparseable, compare
from support import recompute_languages as again
from support import recompute_os as again_os

Pairs = list[tuple[str, str]]
COUNT = 1_500


def pairs_of(make: Callable[[random.Random], str]) -> Pairs:
    """Random pairs, of which half differ in one number or word only: where orders go wrong."""
    rng = random.Random(20261123)
    pairs = []
    while len(pairs) < COUNT:
        one = make(rng)
        if rng.random() < 0.5:
            other = make(rng)
        else:
            parts = re.split(r"(\d+)", one)
            at = rng.choice([index for index, part in enumerate(parts) if part.isdigit()])
            parts[at] = str(rng.choice([0, 1, 9, 10, 11]))
            other = "".join(parts)
        pairs.append((one, other))
    return pairs


def numbers(rng: random.Random, least: int, most: int) -> str:
    return ".".join(str(rng.choice([0, 0, 1, 2, 9, 10, 2021])) for _ in range(rng.randint(least, most)))


def wrong(scheme: str, pairs: Pairs, answers: list[int]) -> list[tuple[str, str, int]]:
    assert len(pairs) == len(answers) >= 1_000
    assert {-1, 0, 1} <= set(answers)
    return [(a, b, says) for (a, b), says in zip(pairs, answers, strict=True) if compare(scheme, a, b) != says]


def gem(rng: random.Random) -> str:
    return numbers(rng, 1, 4) + rng.choice(
        ["", "", ".pre", ".pre1", ".rc1", ".rc10", ".beta.2", ".a", ".b1", "-rc1", "-1"]
    )


@pytest.mark.debian
@pytest.mark.skipif(not again.is_there("ruby"), reason="ruby is not installed")
def test_gem_order_is_rubygems() -> None:
    pairs = pairs_of(gem)
    assert not wrong("gem", pairs, again.ruby(pairs))


def composer(rng: random.Random) -> str:
    suffix = rng.choice(
        ["", "", "-alpha1", "-alpha.2", "-beta1", "-beta10", "-RC1", "RC2", "-dev", "-patch1", "-p2", "a1"]
    )
    return rng.choice(["", "v"]) + numbers(rng, 1, 4) + suffix + rng.choice(["", "", "+build"])


@pytest.mark.debian
@pytest.mark.skipif(not again.is_there("composer"), reason="composer is not installed")
def test_composer_order_is_composers() -> None:
    pairs = pairs_of(composer)
    assert not wrong("composer", pairs, again.composer(pairs))


def semantic(rng: random.Random) -> str:
    text = numbers(rng, 3, 3)
    if rng.random() < 0.6:
        words = ["alpha", "beta", "rc", "0", "1", "2", "10", "x-y", "A", "0a", "dev"]
        text += "-" + ".".join(rng.choice(words) for _ in range(rng.randint(1, 3)))
    return text + rng.choice(["", "", "+1", "+2", "+10", "+build.5"])


@pytest.mark.debian
@pytest.mark.skipif(not again.is_there("elixir"), reason="elixir is not installed")
def test_hex_order_is_elixirs() -> None:
    pairs = pairs_of(semantic)
    assert not wrong("hex", pairs, again.elixir(pairs))


@pytest.mark.debian
@pytest.mark.skipif(not again.is_there("npm"), reason="npm is not installed")
def test_swift_cargo_and_go_order_is_semantic_versionings() -> None:
    pairs = pairs_of(semantic)
    answers = again.semver(pairs)
    assert not wrong("semver", pairs, answers)
    assert not wrong("cargo", pairs, answers)
    assert not wrong("go", [(f"v{a}", f"v{b}") for a, b in pairs], answers)


def pseudo(rng: random.Random) -> str:
    """A Go pseudo-version of each of the three forms, or a tag."""
    stamp = (
        f"{rng.choice([2019, 2020, 2024])}0{rng.randint(1, 9)}01000000-{rng.choice(['abcdefabcdef', '0123456789ab'])}"
    )
    base = numbers(rng, 3, 3)
    return rng.choice(
        [f"v{base}", f"v0.0.0-{stamp}", f"v{base}-0.{stamp}", f"v{base}-pre.0.{stamp}", f"v{base}+incompatible"]
    )


@pytest.mark.debian
@pytest.mark.skipif(not again.is_there("npm"), reason="npm is not installed")
def test_go_pseudo_versions_are_ordered_as_semantic_versions() -> None:
    rng = random.Random(5)
    pairs = [(pseudo(rng), pseudo(rng)) for _ in range(COUNT)]
    assert not wrong("go", pairs, again.semver([(a[1:], b[1:]) for a, b in pairs]))


def cran(rng: random.Random) -> str:
    return re.sub(r"\.", lambda _: rng.choice(".-"), numbers(rng, 1, 4))


@pytest.mark.debian
@pytest.mark.skipif(not again.is_there("Rscript"), reason="R is not installed")
def test_cran_order_is_rs() -> None:
    pairs = pairs_of(cran)
    assert not wrong("cran", pairs, again.r(pairs))


def alpm(rng: random.Random) -> str:
    return (
        rng.choice(["", "", "1:"]) + numbers(rng, 1, 3)
        + rng.choice(["", "a", "rc1", ".rc1", "_p1", "+r5", ".a", "beta"]) + rng.choice(["", "-1", "-2", "-1.1", "-10"])
    )  # fmt: skip


@pytest.mark.debian
@pytest.mark.skipif(ctypes.util.find_library("alpm") is None, reason="pacman's library is not installed")
def test_alpm_order_is_pacmans() -> None:
    pairs = pairs_of(alpm)
    # without a release on both sides it does not count for pacman; here the order must be total
    pairs = [(a, b) for a, b in pairs if ("-" in a) == ("-" in b)]
    assert not wrong("alpm", pairs, again.pacman(pairs))


def test_hackage_order_is_that_of_lists_of_numbers() -> None:
    pairs = pairs_of(lambda rng: numbers(rng, 1, 5))
    assert not wrong("hackage", pairs, again.numbers(pairs))


def by_section_11(a: str, b: str) -> int:
    """semver.org, section 11, for the part after "-" or "+": identifier by identifier."""
    for one, other in zip_longest(a.split("."), b.split(".")):
        if one is None or other is None:
            return -1 if one is None else 1
        if one.isdigit() and other.isdigit():
            if int(one) != int(other):
                return -1 if int(one) < int(other) else 1
        elif one != other:
            if one.isdigit() != other.isdigit():
                return -1 if one.isdigit() else 1
            return -1 if one < other else 1
    return 0


def with_build(a: str, b: str) -> int:
    """pub_semver's Version.compareTo, and Julia's isless: the build part counts, nothing before something."""

    def parts(text: str) -> tuple[list[int], str, str]:
        text, _, build = text.partition("+")
        text, _, before = text.partition("-")
        return [int(part) for part in text.split(".")], before, build

    (one, before_one, build_one), (other, before_other, build_other) = parts(a), parts(b)
    if one != other:
        return -1 if one < other else 1
    if before_one != before_other:
        if not before_one or not before_other:
            return 1 if not before_one else -1
        if answer := by_section_11(before_one, before_other):
            return answer
    if build_one != build_other:
        if not build_one or not build_other:
            return -1 if not build_one else 1
        return by_section_11(build_one, build_other)
    return 0


@pytest.mark.parametrize("scheme", ["pub", "julia"])
def test_pub_and_julia_order_the_build_part_too(scheme: str) -> None:
    pairs = pairs_of(semantic)
    assert not wrong(scheme, pairs, [with_build(a, b) for a, b in pairs])


def apk(rng: random.Random) -> str:
    suffixes = ["", "", "_alpha", "_beta2", "_pre", "_rc1", "_rc10", "_p1", "_git20240101", "_p1_alpha", "_cvs"]
    return numbers(rng, 1, 4) + rng.choice(["", "", "a", "z"]) + rng.choice(suffixes) + f"-r{rng.choice([0, 1, 9, 10])}"


def test_apk_order_is_that_of_apk_tools_rules() -> None:
    """Debian has no apk-tools: its rules, written a second time (``recompute_os``), are the oracle."""
    pairs = pairs_of(apk)
    answers = [-again_os.apk_less([(a, b)])[0] or +again_os.apk_less([(b, a)])[0] for a, b in pairs]
    assert not wrong("apk", pairs, answers)


def nuget(rng: random.Random) -> str:
    return numbers(rng, 3, 4) + rng.choice(["", "", "-alpha", "-Alpha.2", "-beta.2", "-beta.10", "-rc1", "+sha.1"])


def conan(rng: random.Random) -> str:
    return numbers(rng, 1, 4) + rng.choice(["", "", "-pre", "-rc.1", "+b1", ".a", "-alpha"])


@pytest.mark.parametrize(
    ("scheme", "name", "make"), [("nuget", "NugetVersion", nuget), ("conan", "ConanVersion", conan)]
)
def test_univers_agrees_on_many(scheme: str, name: str, make: Callable[[random.Random], str]) -> None:
    from univers import versions as univers

    parse: Any = getattr(univers, name)
    pairs = pairs_of(make)
    answers = []
    for a, b in pairs:
        left, right = parse(a), parse(b)
        answers.append((right < left) - (left < right))
    assert not wrong(scheme, pairs, answers)


def test_what_these_generators_make_is_never_refused() -> None:
    for scheme, make in {"gem": gem, "composer": composer, "hex": semantic, "cran": cran, "alpm": alpm}.items():
        for a, b in pairs_of(make):
            try:
                compare(scheme, a, b)
            except Unparseable as refused:
                pytest.fail(f"{scheme}: {refused}")
