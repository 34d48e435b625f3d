"""The order of versions held against the programs that own it: dpkg, rpm, npm, Maven, packaging, univers."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from scantling.versions import Unparseable, compare

SIGNS = {"lt": -1, "eq": 0, "gt": 1, "<": -1, "==": 0, ">": 1}


def neighbours(rng: random.Random, make: object, count: int) -> Iterator[tuple[str, str]]:
    """Pairs of which half differ in one place only: where orders go wrong."""
    for _ in range(count):
        one = make(rng)  # type: ignore[operator]
        if rng.random() < 0.5:
            yield one, make(rng)  # type: ignore[operator]
        else:
            at = rng.randrange(len(one))
            yield one, one[:at] + rng.choice(["", "0", "1", ".", "~", "+", "a", "z"]) + one[at + rng.randrange(2) :]


def sign(scheme: str, a: str, b: str) -> int | None:
    try:
        return compare(scheme, a, b)
    except Unparseable:
        return None


# --- deb --------------------------------------------------------------------------------------------------------

DEB_BY_HAND = [
    ("1.0", "1.0-0"), ("1.0", "1.0-1"), ("1.0~rc1", "1.0"), ("1.0~~", "1.0~"), ("1.0~~a", "1.0~"), ("1.0+b1", "1.0"),
    ("0:1.0", "1.0"), ("1:0.1", "9.9"), ("1.2.3-1~deb12u1", "1.2.3-1"), ("1.2.3-1+deb12u1", "1.2.3-1"),
    ("3.0.11-1~deb12u2", "3.0.15-1~deb12u1"), ("1.", "1.0"), ("1a", "1+"), ("1.a", "1.+"), ("1.0a", "1.0-a"),
    ("2.36-9+deb12u8", "2.36-9+deb12u10"), ("00001", "1"), ("1-1-1", "1-1"), ("1.0-1.1", "1.0-1+b1"),
    ("20230311", "20230311+deb12u1"), ("9.0p1", "9.0"), ("1:1.2.13.dfsg-1", "1:1.2.13.dfsg-1+b1"), ("0", "0~"),
    ("1.0-0", "1.0-"[:3]), ("0.0.0~git20200101", "0.0.0"), ("7.88.1-10+deb12u5", "7.88.1-10+deb12u14"),
]  # fmt: skip


def deb_version(rng: random.Random) -> str:
    part = lambda: "".join(rng.choice("0012349.a~+z") for _ in range(rng.randint(1, 6)))  # noqa: E731
    epoch = rng.choice(["", "", "", "0:", "1:", "12:"])
    revision = rng.choice(["", "-0", "-1", "-1~deb12u1", "-2+b1", "-" + part()])
    return f"{epoch}{rng.randint(0, 12)}{part()}{revision}"


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not installed")
def test_deb_order_is_dpkgs() -> None:
    rng = random.Random(20260101)
    pairs = DEB_BY_HAND + [(a, b) for a, b in neighbours(rng, deb_version, 1000) if a and not b.startswith("+") and b]
    assert len(pairs) >= 1000
    script = (
        "while read -r a b; do r=bad; for o in lt eq gt; do "
        'if dpkg --compare-versions "$a" "$o" "$b" 2>/dev/null; then r=$o; break; fi; done; echo $r; done'
    )
    lines = "".join(f"{a} {b}\n" for a, b in pairs)
    done = subprocess.run(["sh", "-c", script], input=lines, capture_output=True, text=True, check=True)
    answers = done.stdout.split()
    assert {"lt", "eq", "gt", "bad"} == set(answers)
    wrong = [(a, b, says) for (a, b), says in zip(pairs, answers, strict=True) if sign("deb", a, b) != SIGNS.get(says)]
    assert not wrong


# --- rpm --------------------------------------------------------------------------------------------------------

RPM_BY_HAND = [
    ("1.0", "1.0"), ("1.0", "2.0"), ("2.0.1", "2.0.1a"), ("5.5p1", "5.5p10"), ("10xyz", "10.1xyz"),
    ("xyz10", "xyz10.1"),
    ("xyz.4", "8"), ("xyz.4", "2"), ("5.5p2", "5.6p1"), ("6.0.rc1", "6.0"), ("10b2", "10a1"), ("1.0aa", "1.0a"),
    ("10.0001", "10.1"), ("10.0001", "10.0039"), ("4.999.9", "5.0"), ("20101121", "20101122"), ("2_0", "2.0"),
    ("a+", "a_"), ("1.0~rc1", "1.0"), ("1.0~rc1~git123", "1.0~rc1"), ("1.0^", "1.0"), ("1.0^git1", "1.0^git2"),
    ("1.0^git1", "1.01"), ("1.0^20160101", "1.0.1"), ("1.0~rc1^git1", "1.0~rc1"), ("1.0^git1~pre", "1.0^git1"),
    ("1:1.0-1", "2.0-1"), ("0:1.0-1.el9", "1.0-1.el9"), ("3.0.7-24.el9", "3.0.7-25.el9_3"), ("1.el9", "1.el9_2"),
    ("8.0.1-1.module+el8.3.0+1", "8.0.1-1.module+el8.10.0+1"), ("2.34-60.el9", "2.34-60.el9_2.7"),
]  # fmt: skip


def rpm_version(rng: random.Random) -> str:
    part = lambda: "".join(rng.choice("00129ab._~^+") for _ in range(rng.randint(1, 6)))  # noqa: E731
    return f"{rng.choice(['', '', '1:'])}{rng.randint(0, 11)}{part()}{rng.choice(['', '-1', '-1.el9', '-2.el9_3'])}"


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("rpm") is None, reason="rpm is not installed")
def test_rpm_order_is_rpms() -> None:
    rng = random.Random(4)
    made = [(rpm_version(rng), rpm_version(rng)) for _ in range(700)]
    near = [
        (a, a[: len(a) // 2] + rng.choice("~^.0a1") + a[len(a) // 2 :])
        for a, _ in made
        if ":" not in a and "-" not in a
    ]
    pairs = RPM_BY_HAND + made + near
    assert len(pairs) >= 800
    answers: list[int] = []
    for start in range(0, len(pairs), 200):
        calls = "".join(f'print(rpm.vercmp("{a}","{b}").."\\n");' for a, b in pairs[start : start + 200])
        out = subprocess.run(["rpm", "--eval", f"%{{lua:{calls}}}"], capture_output=True, text=True, check=True).stdout
        answers += map(int, out.split())
    assert len(answers) == len(pairs)
    wrong = [(a, b, says) for (a, b), says in zip(pairs, answers, strict=True) if compare("rpm", a, b) != says]
    assert not wrong


# --- npm --------------------------------------------------------------------------------------------------------


def semver_text(rng: random.Random) -> str:
    text = ".".join(str(rng.choice([0, 1, 2, 10])) for _ in range(3))
    if rng.random() < 0.6:
        words = ["alpha", "beta", "rc", "0", "1", "2", "10", "x-y", "A", "0a", "-"]
        text += "-" + ".".join(rng.choice(words) for _ in range(rng.randint(1, 3)))
    return text + rng.choice(["", "", "+build.5", "+001"])


def npm_semver() -> Path | None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=False).stdout.strip()
    found = Path(root) / "npm" / "node_modules" / "semver"
    return found if root and found.is_dir() else None


@pytest.mark.debian
def test_npm_order_is_npms() -> None:
    where = npm_semver()
    if where is None:
        pytest.skip("node with npm's own semver is not installed")
    rng = random.Random(7)
    pairs = [(semver_text(rng), semver_text(rng)) for _ in range(1500)]
    program = (
        "const s=require(process.argv[1]);const p=JSON.parse(require('fs').readFileSync(0));"
        "console.log(JSON.stringify(p.map(([a,b])=>s.compare(a,b))))"
    )
    done = subprocess.run(
        ["node", "-e", program, str(where)], input=json.dumps(pairs), capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout)
    for scheme in ("npm", "semver", "cargo", "hex"):
        assert [compare(scheme, a, b) for a, b in pairs] == answers


# --- maven ------------------------------------------------------------------------------------------------------

MAVEN_JARS = ("/usr/share/maven/lib/maven-artifact-3.x.jar", "/usr/share/java/commons-lang3.jar")


def maven_version(rng: random.Random) -> str:
    """As people publish them. ".alpha" is left to the table: Maven 3.8 and 3.9 differ there, the page says "-alpha"."""
    text = ".".join(str(rng.choice([0, 1, 2, 3, 10, 2021])) for _ in range(rng.randint(1, 4)))
    if rng.random() < 0.6:
        words = ["alpha", "beta", "milestone", "rc", "CR", "SNAPSHOT", "sp", "a", "b", "m", "M", "RC", "jre", "foo"]
        text += "-" + rng.choice(words) + rng.choice(["", "1", "-2", "-10", "3"])
        text += rng.choice(["", "", "", "-redhat-1", "-1", "-SNAPSHOT"])
    elif rng.random() < 0.4:
        text += rng.choice(["-GA", ".Final", ".RELEASE", "-final", ".GA"])
    return text


@pytest.mark.debian
def test_maven_order_is_mavens() -> None:
    if shutil.which("java") is None or not all(Path(jar).exists() for jar in MAVEN_JARS):
        pytest.skip("java with Maven's maven-artifact is not installed")
    rng = random.Random(11)
    versions = [maven_version(rng) for _ in range(2500)]
    done = subprocess.run(
        ["java", "-cp", ":".join(MAVEN_JARS), "org.apache.maven.artifact.versioning.ComparableVersion", *versions],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers = [SIGNS[line.split()[1]] for line in done.stdout.splitlines() if line.startswith("   ")]
    assert len(answers) == len(versions) - 1
    pairs = pairwise(versions)
    wrong = [(a, b, says) for (a, b), says in zip(pairs, answers, strict=True) if compare("maven", a, b) != says]
    assert not wrong


# --- libraries --------------------------------------------------------------------------------------------------


def test_pep440_order_is_packagings() -> None:
    from packaging.version import Version

    rng = random.Random(3)
    endings = ["", "a1", "b2", "rc1", ".post1", ".dev3", "a1.dev2", "+local.1", ".post1.dev1"]
    made = [
        rng.choice(["", "", "1!"])
        + ".".join(str(rng.randint(0, 3)) for _ in range(rng.randint(1, 4)))
        + rng.choice(endings)
        for _ in range(1000)
    ]
    for a, b in pairwise(made):
        left, right = Version(a), Version(b)
        assert compare("pep440", a, b) == (left > right) - (left < right)


@pytest.mark.parametrize(
    ("scheme", "name", "texts"),
    [
        ("gem", "RubygemsVersion", ["1", "1.0", "1.0.0.pre1", "1.0.0.rc1", "1.2.b1", "1.2.b", "2.0.0.beta.3", "1.10"]),
        ("nuget", "NugetVersion", ["1.0.0", "1.0.0.1", "1.0.0-Alpha", "1.0.0-beta.2", "1.0.0-beta.10", "2.1.0.0"]),
        ("deb", "DebianVersion", ["1.0-1", "1:1.0-1", "1.0~rc1-1", "1.0+dfsg-1", "1.0-1+b1", "1.0-1~deb12u1"]),
        ("maven", "MavenVersion", ["1", "1.0", "1-rc1", "1-SNAPSHOT", "1-sp", "1.1", "1-alpha-1", "1-beta-2", "1.0.1"]),
    ],
)  # fmt: skip
def test_univers_agrees(scheme: str, name: str, texts: list[str]) -> None:
    """univers says "!=" of versions that its own sort calls equal, so only its "<" is asked."""
    from univers import versions as univers

    parse = getattr(univers, name)
    for a in texts:
        for b in texts:
            left, right = parse(a), parse(b)
            assert compare(scheme, a, b) == (right < left) - (left < right), (a, b)
