"""Expected findings of distribution packages straight from the feeds' files. Shares no code with the product: versions
are compared by rpm and by dpkg themselves, advisories read with the standard library."""

from __future__ import annotations

import bz2
import gzip
import json
import random
import re
import subprocess
import zipfile
from collections import defaultdict
from pathlib import Path

Fix = tuple[str, str, bool]  # (CVE, fixed version or "", module build)


def records(feeds: Path, name: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(feeds / "osv" / name / "all.zip") as archive:
        return [json.loads(archive.read(n)) for n in sorted(archive.namelist()) if n.endswith(".json")]


def fixes(feeds: Path, name: str, prefix: str, cves: str) -> dict[str, set[Fix]]:
    """By package: the CVEs of ``cves`` (the field that names them) with the version that fixes each; "" = none."""
    found: dict[str, set[Fix]] = defaultdict(set)
    for record in records(feeds, name):
        if record.get("withdrawn") or not str(record["id"]).startswith(prefix):
            continue
        named = [c for c in (*record.get(cves, ()), *record.get("aliases", ())) if c.startswith("CVE-")]
        named = named[:1] if cves == "upstream" else named
        for block in record.get("affected", ()):
            status = str((block.get("ecosystem_specific") or {}).get("status", "")).partition(" ")[0]
            if status in ("not-affected", "DNE") or block["package"]["ecosystem"] != name:
                continue
            for part in block.get("ranges", ()):
                ends = [e["fixed"] for e in part["events"] if "fixed" in e] or [""]
                for cve in named:
                    found[block["package"]["name"]].update((cve, end, ".module_el" in end) for end in ends)
    return found


def sample(table: dict[str, set[Fix]], seed: int, count: int, below: str, above: str) -> list[tuple[str, str]]:
    """``count`` (package, version) pairs: just below, exactly at and just above one of the package's fixes."""
    chance = random.Random(seed)
    names = sorted(name for name, all_ in table.items() if any(f and not m for _, f, m in all_))
    drawn = []
    for number, name in enumerate(chance.sample(names, count)):
        fixed = chance.choice(sorted(f for _, f, m in table[name] if f and not m))
        drawn.append((name, (fixed + below, fixed, fixed + above)[number % 3]))
    return drawn


def rpm_less(pairs: list[tuple[str, str]]) -> list[bool]:
    """rpm's own comparison of epoch:version-release."""
    found = []
    for start in range(0, len(pairs), 200):
        calls = ";".join(f'print(rpm.vercmp("{a}","{b}").." ")' for a, b in pairs[start : start + 200])
        done = subprocess.run(["rpm", "--eval", f"%{{lua:{calls}}}"], capture_output=True, text=True, check=True)
        found += [word == "-1" for word in done.stdout.split()]
    assert len(found) == len(pairs)
    return found


def dpkg_less(pairs: list[tuple[str, str]]) -> list[bool]:
    return [subprocess.run(["dpkg", "--compare-versions", a, "lt", b], check=False).returncode == 0 for a, b in pairs]


def expected(table: dict[str, set[Fix]], drawn: list[tuple[str, str]], less: object) -> set[tuple[str, str]]:
    """(package, CVE) pairs that the feed calls affected."""
    asked = [(n, v, c, f) for n, v in drawn for c, f, module in sorted(table[n]) if not module and f]
    answers = less([(v, f) for _, v, _, f in asked])  # type: ignore[operator]
    hits = {(n, c) for (n, _, c, _), hit in zip(asked, answers, strict=True) if hit}
    return hits | {(n, c) for n, _ in drawn for c, f, module in table[n] if not f and not module}


def secdb_fixes(files: list[Path]) -> dict[str, set[Fix]]:
    """By origin package: the CVEs of secdb files with the version that fixes each. Version "0" means never affected,
    and one string may name several ids (Alpine's "CVE-2020-11501 GNUTLS-SA-2020-03-31")."""
    found: dict[str, set[Fix]] = defaultdict(set)
    for file in files:
        for entry in json.loads(gzip.decompress(file.read_bytes()))["packages"]:
            package = entry["pkg"]
            for version, ids in package.get("secfixes", {}).items():
                cves = [
                    word for text in ids or () for word in text.replace("/", " ").split() if word.startswith("CVE-")
                ]
                if version != "0":
                    found[package["name"]].update((cve, version, False) for cve in cves)
    return found


_APK = re.compile(r"([0-9.]+)([a-z]?)((?:_[a-z]+[0-9]*)*)(?:-r([0-9]+))?")
_BEFORE, _AFTER = ("alpha", "beta", "pre", "rc"), ("cvs", "svn", "git", "hg", "p")


def apk_less(pairs: list[tuple[str, str]]) -> list[bool]:
    """The order of apk versions, read a second time from apk-tools' own words (src/version.c, "Gentoo version
    format"): numbers, then a letter, then suffixes of which four come before none and five after, then the revision."""
    return [_apk_key(a) < _apk_key(b) for a, b in pairs]


def is_apk_version(text: str) -> bool:
    """Some feeds name dates ("2021-03-27-r5"), which apk itself would not install as a version."""
    return _APK.fullmatch(text) is not None


def _apk_key(text: str) -> tuple[object, ...]:
    match = _APK.fullmatch(text)
    assert match is not None, text
    numbers, letter, suffixes, revision = match.groups()
    found: list[tuple[int, int]] = []
    for name, number in re.findall(r"_([a-z]+)([0-9]*)", suffixes):
        rank = _BEFORE.index(name) - len(_BEFORE) if name in _BEFORE else _AFTER.index(name) + 1
        found.append((rank, int(number or 0)))
    found.append((0, 0))  # the end of the suffixes lies between the two kinds
    first, *more = numbers.split(".")
    # a later part with a leading zero is a fraction: 1.05 comes before 1.5
    parts = [(int(first), "")] + [
        (-1, part) if part.startswith("0") and part != "0" else (int(part), "") for part in more
    ]
    return parts, letter, found, int(revision or 0)


def azure_fixes(file: Path) -> dict[str, set[Fix]]:
    """By package: the CVEs of an Azure Linux OVAL file, from the sentence that each criterion carries."""
    text = bz2.decompress(file.read_bytes()).decode()
    found: dict[str, set[Fix]] = defaultdict(set)
    for name, version, cve in re.findall(
        r'comment="Package (\S+) is earlier than (\S+), affected by (CVE-[0-9-]+)"', text
    ):
        found[name].add((cve, version, False))
    return found
