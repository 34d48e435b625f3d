"""Expected findings of distribution packages straight from the feeds' files. Shares no code with the product: versions
are compared by rpm and by dpkg themselves, advisories read with the standard library."""

from __future__ import annotations

import json
import random
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
