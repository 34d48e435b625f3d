"""Who brought a package, in every format that has a word for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from scantling.explain.explanation import explanations
from scantling.explain.page import render as explained
from scantling.model.relations import required_by
from scantling.model.report import Report
from scantling.report import cyclonedx, html, sarif, spdx, table, trivy
from scantling.report.options import ReportOptions
from scantling.report.paint import Paint
from scantling.report.relation_words import by_purl, needed_words, path_words
from support.sample_report import OPENSSL, finding, report

NGINX, LIBC = (
    replace(OPENSSL, purl=f"pkg:deb/debian/{name}@1", name=name, version="1", source=None)
    for name in ("nginx", "libc6")
)

FOUND = finding("CVE-2024-1", OPENSSL)


def related() -> Report:
    """nginx, which was asked for, needs OpenSSL, which needs libc6."""
    ways = ((NGINX, True, (NGINX,), (OPENSSL,)), (OPENSSL, False, (NGINX, OPENSSL), (LIBC,)),
            (LIBC, False, (NGINX, OPENSSL, LIBC), ()))  # fmt: skip
    packages = [
        replace(
            one, direct=direct, dependency_path=tuple(p.purl for p in path), depends_on=tuple(p.purl for p in needs)
        )
        for one, direct, path, needs in ways
    ]
    return report((FOUND,), tuple(sorted(packages, key=lambda p: p.name)))


def loaded(data: bytes) -> Any:
    return json.loads(data)


OPTIONS = ReportOptions()


def test_the_graph_turned_round() -> None:
    assert required_by(related().packages) == {LIBC.purl: (OPENSSL.purl,), OPENSSL.purl: (NGINX.purl,)}


def test_cyclonedx_has_the_graph_and_the_image_needs_what_nothing_brought() -> None:
    entries = {
        entry["ref"]: entry.get("dependsOn", [])
        for entry in loaded(cyclonedx.render(related(), OPTIONS))["dependencies"]
    }
    assert entries[NGINX.purl] == [OPENSSL.purl]
    assert entries[OPENSSL.purl] == [LIBC.purl]
    assert entries[LIBC.purl] == []
    assert [ref for ref in entries["image"] if ref.startswith("pkg:")] == [NGINX.purl]


def test_cyclonedx_says_nothing_of_needs_that_are_not_known() -> None:
    refs = {entry["ref"] for entry in loaded(cyclonedx.render(report(), OPTIONS))["dependencies"]}
    assert refs == {"image"}


def test_spdx_has_depends_on() -> None:
    document = loaded(spdx.render(related(), OPTIONS))
    names = {package["SPDXID"]: package["name"] for package in document["packages"]}
    assert {
        (names[each["spdxElementId"]], names[each["relatedSpdxElement"]])
        for each in document["relationships"]
        if each["relationshipType"] == "DEPENDS_ON"
    } == {("nginx", OPENSSL.name), (OPENSSL.name, "libc6")}


def test_trivy_has_relationship_and_depends_on() -> None:
    (result,) = (each for each in loaded(trivy.render(related(), OPTIONS))["Results"] if "Packages" in each)
    packages = {package["Name"]: package for package in result["Packages"]}
    assert packages["nginx"]["Relationship"] == "direct"
    assert packages["nginx"]["DependsOn"] == [f"{OPENSSL.name}@{OPENSSL.version}"]
    assert packages["libc6"]["Relationship"] == "indirect"
    assert "DependsOn" not in packages["libc6"]


def test_sarif_table_page_and_explanation_name_the_way() -> None:
    way = f"nginx 1 > {OPENSSL.name} {OPENSSL.version}"
    (result,) = loaded(sarif.render(related(), OPTIONS))["runs"][0]["results"]
    assert f"\nComes by: {way}\n" in result["message"]["text"]
    assert "    comes by nginx 1\n" in table.render(related(), OPTIONS).decode()
    assert way.replace(">", "&gt;") in html.render(related(), OPTIONS).decode()
    page = explained(explanations(related(), FOUND.id), 100, Paint(False)).decode()
    for said in ("pulled in by other packages", f"comes by {way}", "needed by nginx 1"):
        assert f"          {said}\n" in page


def test_a_long_way_loses_its_middle_and_a_crowd_its_tail() -> None:
    names = [replace(NGINX, purl=f"pkg:npm/p{n}@1", name=f"p{n}") for n in range(10)]
    last = replace(names[-1], dependency_path=tuple(one.purl for one in names))
    assert path_words(last, by_purl(names)) == "p0 1 > p1 1 > p2 1 > p3 1 > (2 more) > p6 1 > p7 1 > p8 1 > p9 1"
    assert needed_words([one.purl for one in names], by_purl(names)) == "p0 1, p1 1, p2 1, p3 1, p4 1 and 5 more"
