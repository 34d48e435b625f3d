"""Ecosystems whose exports the mirror lacks: records in the form that OSV gives them, against real lock files."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from scantling.analyze.ecosystem import LANGUAGES
from scantling.db.feeds.osv import export, parse
from scantling.match import match as matching
from scantling.model.package import Inventory, Package
from scantling.model.purl import purl
from support.language_facts import analyze
from support.lookup import Lookup


def lookup(ecosystem: str, *records: dict[str, Any]) -> Lookup:
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
    blob.seek(0)
    return Lookup(parse(export(ecosystem), blob))


def record(
    ecosystem: str, name: str, kind: str, *events: dict[str, str], versions: tuple[str, ...] = ()
) -> dict[str, Any]:
    block = {"package": {"ecosystem": ecosystem, "name": name}, "versions": list(versions)}
    if events:
        block["ranges"] = [{"type": kind, "events": list(events)}]
    return {"id": "GHSA-1", "modified": "2026-01-01T00:00:00Z", "affected": [block]}


def hits(path: str, data: bytes, ecosystem: str, advisory: dict[str, Any]) -> list[str]:
    facts, _ = analyze(path, data)
    packages = tuple(
        Package(purl(f.type, f.name, f.version, qualifiers=f.qualifiers), f.name, f.version, f.type, LANGUAGES[f.type])
        for f in facts
    )
    findings, gaps = matching.match(Inventory(None, packages), lookup(ecosystem, advisory), "r")
    assert not gaps
    return [finding.package or "" for finding in findings]


FROM_0 = {"introduced": "0"}


def mix(version: str) -> bytes:
    return f'%{{\n  "plug": {{:hex, :plug, "{version}", "0", [:mix], [], "hexpm", "0"}},\n}}\n'.encode()


@pytest.mark.parametrize(("version", "hit"), [("1.10.3", True), ("1.10.4-rc.0", True), ("1.10.4", False)])
def test_hex(version: str, hit: bool) -> None:
    advisory = record("Hex", "plug", "SEMVER", FROM_0, {"fixed": "1.10.4"})
    assert hits("mix.lock", mix(version), "Hex", advisory) == ([f"pkg:hex/plug@{version}"] if hit else [])


def test_an_organisations_own_hex_package_is_not_the_public_one() -> None:
    lock = mix("1.0.0").replace(b'"hexpm"', b'"hexpm:acme"')
    assert hits("mix.lock", lock, "Hex", record("Hex", "plug", "SEMVER", FROM_0)) == []


@pytest.mark.parametrize(("version", "hit"), [("0.13.2", True), ("0.13.3-dev.1", True), ("0.13.3", False)])
def test_pub(version: str, hit: bool) -> None:
    lock = f'packages:\n  http:\n    description:\n      name: http\n    source: hosted\n    version: "{version}"\n'
    advisory = record("Pub", "http", "ECOSYSTEM", FROM_0, {"fixed": "0.13.3"})
    assert hits("pubspec.lock", lock.encode(), "Pub", advisory) == ([f"pkg:pub/http@{version}"] if hit else [])


@pytest.mark.parametrize(
    "name", ["github.com/vapor/vapor", "https://github.com/vapor/vapor", "https://github.com/Vapor/vapor.git"]
)
@pytest.mark.parametrize(("version", "hit"), [("4.60.2", True), ("4.60.3", False)])
def test_swift(name: str, version: str, hit: bool) -> None:
    pin = {"location": "https://github.com/vapor/vapor.git", "state": {"version": version}}
    lock = json.dumps({"pins": [pin], "version": 2}).encode()
    advisory = record("SwiftURL", name, "SEMVER", FROM_0, {"fixed": "4.60.3"})
    assert hits("Package.resolved", lock, "SwiftURL", advisory) == (
        [f"pkg:swift/github.com/vapor/vapor@{version}"] if hit else []
    )


@pytest.mark.parametrize(("version", "hit"), [("1.2-3", True), ("1.2.3", True), ("1.3", False), ("1.3.0", False)])
def test_cran(version: str, hit: bool) -> None:
    lock = json.dumps({"Packages": {"readxl": {"Package": "readxl", "Version": version}}}).encode()
    advisory = record("CRAN", "readxl", "ECOSYSTEM", FROM_0, {"fixed": "1.3"})
    assert hits("renv.lock", lock, "CRAN", advisory) == ([f"pkg:cran/readxl@{version}"] if hit else [])


@pytest.mark.parametrize(("version", "hit"), [("1.0", True), ("1.0.0", False)])
def test_a_listed_cran_version_is_not_the_one_with_a_zero_more(version: str, hit: bool) -> None:
    lock = json.dumps({"Packages": {"x": {"Package": "x", "Version": version}}}).encode()
    assert bool(hits("renv.lock", lock, "CRAN", record("CRAN", "x", "ECOSYSTEM", versions=("1.0",)))) is hit


def test_a_listed_version_that_its_range_only_seems_to_hold() -> None:
    lock = b"constraints: any.x ==1.0"
    advisory = record("Hackage", "x", "ECOSYSTEM", {"introduced": "1.0.0"}, {"fixed": "1.1"}, versions=("1.0",))
    assert hits("cabal.project.freeze", lock, "Hackage", advisory) == ["pkg:hackage/x@1.0"]


@pytest.mark.parametrize(("version", "hit"), [("1.2.12+3", True), ("1.2.13+0", True), ("1.2.13+1", False)])
def test_julia(version: str, hit: bool) -> None:
    lock = f'manifest_format = "2.0"\n[[deps.Zlib_jll]]\nuuid = "8377"\nversion = "{version}"\n'
    advisory = record("Julia", "Zlib_jll", "SEMVER", FROM_0, {"fixed": "1.2.13+1"})
    found = hits("Manifest.toml", lock.encode(), "Julia", advisory)
    assert len(found) == int(hit)
