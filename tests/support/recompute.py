"""Expected findings straight from the feeds' own files. Shares no code with the product: versions are compared by
dpkg, by ``packaging`` and by npm's own semver, advisories are read with the standard library."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version


@cache
def dpkg_less(one: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", one, "lt", other], check=False).returncode == 0


def debian(feeds: Path, codename: str, sources: dict[str, tuple[str, str]]) -> set[tuple[str, str]]:
    """(CVE, binary package) pairs that the security tracker's JSON calls affected. ``sources`` maps a binary
    package to its source package and that one's version, as dpkg-query says."""
    tracker = json.loads(gzip.decompress((feeds / "debian/tracker/data/json.gz").read_bytes()))
    expected: set[tuple[str, str]] = set()
    for binary, (source, version) in sources.items():
        for cve, record in tracker.get(source, {}).items():
            release = record["releases"].get(codename)
            if release is None or not cve.startswith("CVE-"):
                continue
            if release["status"] == "resolved":
                fixed = release["fixed_version"]
                if fixed != "0" and dpkg_less(version, fixed):
                    expected.add((cve, binary))
            elif release["status"] in {"open", "undetermined"}:
                expected.add((cve, binary))
    return expected


def osv_records(feeds: Path, ecosystem: str) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(feeds / "osv" / ecosystem / "all.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                record = json.loads(archive.read(name))
                if not record.get("withdrawn"):
                    yield record


def fold(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pypi(feeds: Path, installed: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
    """(advisory id, folded package name) pairs that apply to what is installed."""
    wanted = {fold(name): Version(version) for name, version in installed}
    expected: set[tuple[str, str]] = set()
    for record in osv_records(feeds, "PyPI"):
        for affected in record.get("affected", []):
            package = affected.get("package", {})
            name = fold(package.get("name", ""))
            if package.get("ecosystem") == "PyPI" and name in wanted and _pypi_hit(affected, wanted[name]):
                expected.add((record["id"], name))
    return expected


def _pypi_hit(affected: dict[str, Any], version: Version) -> bool:
    for text in affected.get("versions", []):
        try:
            if Version(text) == version:
                return True
        except InvalidVersion:
            continue
    return any(
        _within(found["events"], lambda text: Version("0") if text == "0" else Version(text), version)
        for found in affected.get("ranges", [])
        if found["type"] == "ECOSYSTEM"
    )


def _within(events: list[dict[str, str]], parse: Any, version: Any) -> bool:
    """OSV's own evaluation: events sorted by version; the last one at or below ours decides."""
    inside = False
    order = {"introduced": 1, "fixed": 0, "last_affected": 2}
    steps = sorted(
        ((parse(text), kind) for event in events for kind, text in event.items() if kind in order),
        key=lambda step: (step[0], order[step[1]]),
    )
    for at, kind in steps:
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def npm(feeds: Path, installed: frozenset[tuple[str, str]]) -> set[tuple[str, str, str]] | None:
    """(advisory id, name, version) triples; None where npm's semver is not installed."""
    node, semver = shutil.which("node"), _semver()
    if node is None or semver is None:
        return None
    by_name: dict[str, list[str]] = defaultdict(list)
    for name, version in installed:
        by_name[name].append(version)
    questions: list[tuple[str, str, str, str]] = []
    expected: set[tuple[str, str, str]] = set()
    for record in osv_records(feeds, "npm"):
        for affected in record.get("affected", []):
            name = affected.get("package", {}).get("name", "")
            for version in by_name.get(name, ()):
                if version in affected.get("versions", []):
                    expected.add((record["id"], name, version))
                for found in affected.get("ranges", []):
                    if found["type"] in {"SEMVER", "ECOSYSTEM"}:
                        questions.extend((record["id"], name, version, r) for r in _npm_ranges(found["events"]))
    script = (
        "const s=require(process.argv[1]);let d='';process.stdin.on('data',c=>d+=c).on('end',()=>"
        "console.log(JSON.stringify(JSON.parse(d).map(q=>s.satisfies(q[2],q[3],{includePrerelease:true})))))"
    )
    answer = subprocess.run(
        [node, "-e", script, semver], input=json.dumps(questions), capture_output=True, text=True, check=True
    )
    for (identity, name, version, _), hit in zip(questions, json.loads(answer.stdout), strict=True):
        if hit:
            expected.add((identity, name, version))
    return expected


def _npm_ranges(events: list[dict[str, str]]) -> Iterator[str]:
    start = None
    for event in events:
        if "introduced" in event:
            start = event["introduced"]
        elif start is not None:
            low = "" if start == "0" else f">={start} "
            yield low + (f"<{event['fixed']}" if "fixed" in event else f"<={event['last_affected']}")
            start = None
    if start is not None:
        yield ">=0.0.0-0" if start == "0" else f">={start}"


@cache
def _semver() -> str | None:
    npm_command = shutil.which("npm")
    if npm_command is None:
        return None
    root = subprocess.run([npm_command, "root", "-g"], capture_output=True, text=True, check=False).stdout.strip()
    for candidate in (Path(root) / "npm/node_modules/semver", Path("/usr/share/nodejs/semver"), Path(root) / "semver"):
        if candidate.is_dir():
            return str(candidate)
    return None
