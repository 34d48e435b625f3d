"""One real image, every package and every finding checked against something that is not us.

The image is Debian's own packages with old PyPI and npm releases on top (``support.real_image``); the packages are
those that dpkg-query, pip and npm report; the findings are recomputed from the feeds by ``support.recompute``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import real_image, recompute

pytestmark = [pytest.mark.debian, pytest.mark.feeds]

Scan = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def report(image: real_image.RealImage, scan_json: Scan) -> dict[str, Any]:
    return scan_json(f"oci:{image.layout}:latest")


def named(report: dict[str, Any], type_: str) -> set[tuple[str, str]]:
    return {(p["name"], p["version"]) for p in report["packages"] if p["type"] == type_}


def test_debian_packages_are_those_of_dpkg_query(report: dict[str, Any], image: real_image.RealImage) -> None:
    assert named(report, "deb") == image.debs
    sources = {
        p["name"]: (p["source"]["name"], p["source"]["version"]) if p["source"] else (p["name"], p["version"])
        for p in report["packages"]
        if p["type"] == "deb"
    }
    assert sources == image.sources


def test_python_packages_are_those_of_pip(report: dict[str, Any], image: real_image.RealImage) -> None:
    assert named(report, "pypi") == image.pypi


def test_node_packages_are_those_of_npm(report: dict[str, Any], image: real_image.RealImage) -> None:
    assert named(report, "npm") == image.npm


def test_what_a_later_layer_removed_is_not_live(report: dict[str, Any], image: real_image.RealImage) -> None:
    assert not image.removed & {p["name"] for p in report["packages"]}


def test_each_package_names_the_layer_that_brought_it(report: dict[str, Any]) -> None:
    layers = [layer["diff_id"] for layer in report["target"]["layers"]]
    assert len(layers) == 4
    for type_, index in (("deb", 0), ("pypi", 1), ("npm", 2)):
        brought = {loc["diff_id"] for p in report["packages"] if p["type"] == type_ for loc in p["locations"]}
        assert brought == {layers[index]}, type_


def test_debian_findings_are_exactly_the_trackers(
    report: dict[str, Any], image: real_image.RealImage, feeds: Path
) -> None:
    by_purl = {p["purl"]: p["name"] for p in report["packages"] if p["type"] == "deb"}
    found = {
        (f["id"], by_purl[f["package"]])
        for f in report["findings"]
        if f["kind"] == "vulnerability" and f["package"] in by_purl
    }
    expected = recompute.debian(feeds, image.suite, image.sources)
    assert len(expected) > 100
    assert found == expected


def test_each_debian_fix_is_newer_than_what_is_installed(report: dict[str, Any], image: real_image.RealImage) -> None:
    by_purl = {p["purl"]: p["name"] for p in report["packages"] if p["type"] == "deb"}
    checked = 0
    for finding in report["findings"]:
        name = by_purl.get(finding["package"])
        if name is not None:
            for fixed in finding["fixed_versions"]:
                assert recompute.dpkg_less(image.sources[name][1], fixed), finding
                checked += 1
    assert checked > 50


def advisories(report: dict[str, Any], type_: str) -> list[tuple[set[str], str, str]]:
    by_purl = {p["purl"]: p for p in report["packages"] if p["type"] == type_}
    return [
        ({f["id"], *f["aliases"]}, by_purl[f["package"]]["name"], by_purl[f["package"]]["version"])
        for f in report["findings"]
        if f["package"] in by_purl and f["kind"] == "vulnerability"
    ]


def test_python_findings_are_exactly_those_of_the_osv_export(
    report: dict[str, Any], image: real_image.RealImage, feeds: Path
) -> None:
    expected = recompute.pypi(feeds, image.pypi)
    found = [(ids, recompute.fold(name)) for ids, name, _ in advisories(report, "pypi")]
    assert len(expected) > 50
    assert {(i, n) for i, n in expected if not any(i in ids and n == name for ids, name in found)} == set()
    assert [f for f in found if not any(i in f[0] and n == f[1] for i, n in expected)] == []


def test_node_findings_are_exactly_those_of_the_osv_export(
    report: dict[str, Any], image: real_image.RealImage, feeds: Path
) -> None:
    expected = recompute.npm(feeds, image.npm)
    if expected is None:
        pytest.skip("npm's semver is not installed here")
    found = advisories(report, "npm")
    assert len(expected) > 10
    assert {e for e in expected if not any(e[0] in f[0] and e[1:] == f[1:] for f in found)} == set()
    assert [f for f in found if not any(e[0] in f[0] and e[1:] == f[1:] for e in expected)] == []


def test_one_finding_per_problem_and_package(report: dict[str, Any]) -> None:
    seen: set[tuple[str, str]] = set()
    for finding in report["findings"]:
        if finding["kind"] != "vulnerability":
            continue
        # a GHSA may speak of two CVEs, each of which is then a problem of its own; a CVE never of two
        for name in {n for n in (finding["id"], *finding["aliases"]) if n.startswith("CVE-") or n == finding["id"]}:
            assert (name, finding["package"]) not in seen, finding
            seen.add((name, finding["package"]))


def test_a_release_past_its_support_is_said(report: dict[str, Any], image: real_image.RealImage) -> None:
    if image.suite != "bullseye":
        pytest.skip("only bullseye is past its long-term support")
    assert report["target"]["os"]["eol"] is True
    assert report["target"]["os"]["eol_date"] == "2026-08-31"  # distro-info-data: eol-lts of bullseye
    assert report["status"] == "incomplete"
    assert "eol-os" in {gap["what"] for gap in report["gaps"]}


def test_environment_values_are_never_in_a_report(report: dict[str, Any]) -> None:
    assert "APP_MODE" in report["target"]["config"]["env_names"]
    assert "APP_MODE=demo" not in json.dumps(report)
