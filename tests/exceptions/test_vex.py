"""VEX: documents in three formats, written as their specifications show them, and what they silence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scantling.exceptions.vex.apply import apply, image_purls
from scantling.exceptions.vex.read import read_vex
from scantling.exceptions.vex.statement import same
from scantling.model.errors import UsageError
from scantling.model.finding import Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Location, Package

DIGEST = "sha256:" + "a" * 64
INFO = ImageInfo("shop/api:1", "registry", "registry.example.com/shop/api", DIGEST)
OPENSSL = Package("pkg:deb/debian/openssl@3.0.11?arch=amd64", "openssl", "3.0.11", "deb")
HELM = Package(
    "pkg:golang/helm.sh/helm/v3@v3.1.0", "helm.sh/helm/v3", "v3.1.0", "golang", locations=(Location("bin/t", ""),)
)
TRIVY = Package(
    "pkg:golang/github.com/aquasecurity/trivy@v0.50.0", "t", "v0.50.0", "golang",
    locations=(Location("bin/t", ""), Location("bin/u", "")),
)  # fmt: skip
ELSEWHERE = Package(
    "pkg:golang/helm.sh/helm/v3@v3.1.1", "h", "v3.1.1", "golang", locations=(Location("bin/other", ""),)
)


def flaw(of: Package, id_: str = "CVE-1", *aliases: str) -> Finding:
    return Finding(fingerprint=f"{id_}{of.purl}", kind="vulnerability", id=id_, aliases=aliases, package=of.purl)


def openvex(status: str = "not_affected", **more: Any) -> dict[str, Any]:
    statement = {
        "vulnerability": {"name": "CVE-1"},
        "products": [{"@id": "pkg:deb/debian/openssl@3.0.11"}],
        "status": status,
        "justification": "vulnerable_code_not_present",
    }
    return {
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://x/1", "author": "Ann", "version": 1,
        "timestamp": "2026-01-01T00:00:00Z", "statements": [statement | more],
    }  # fmt: skip


def silenced(
    tmp_path: Path, finding: Finding, *documents: Mapping[str, Any], packages: tuple[Package, ...] = ()
) -> str | None:
    for number, document in enumerate(documents):
        (tmp_path / f"{number}.json").write_text(json.dumps(document))
    vex = read_vex([str(tmp_path)])
    (found,), _ = apply([finding], vex, INFO, packages or (OPENSSL,))
    return None if found.suppressed is None else f"{found.suppressed.by}: {found.suppressed.reason}"


def test_openvex_silences_what_it_calls_not_affected(tmp_path: Path) -> None:
    assert (
        silenced(tmp_path, flaw(OPENSSL), openvex()) == "VEX of Ann (0.json): not_affected: vulnerable_code_not_present"
    )


@pytest.mark.parametrize(
    ("more", "silences"),
    [
        ({"status": "fixed"}, True),
        ({"status": "affected"}, False),
        ({"status": "under_investigation"}, False),
        ({"vulnerability": {"name": "GHSA-1", "aliases": ["CVE-1"]}}, True),
        ({"vulnerability": "CVE-1"}, True),  # version 0.0.1
        ({"vulnerability": {"name": "CVE-2"}}, False),
        ({"products": ["pkg:deb/debian/openssl"]}, True),
        ({"products": [{"@id": "pkg:deb/debian/openssl@3.0.12"}]}, False),
        ({"products": [{"@id": "pkg:deb/debian/openssl@3.0.11?arch=arm64"}]}, False),
        ({"products": [{"@id": "https://x", "identifiers": {"purl": "pkg:deb/debian/openssl"}}]}, True),
        ({"products": [{"@id": "pkg:deb/ubuntu/openssl"}]}, False),
        ({"products": [{"@id": f"pkg:oci/api@{DIGEST}"}]}, True),
        ({"products": [{"@id": "pkg:oci/api?repository_url=registry.example.com/shop/api"}]}, True),
        ({"products": [{"@id": "pkg:oci/api?repository_url=registry.example.com/other/api"}]}, False),
        ({"products": [{"@id": "pkg:oci/api", "subcomponents": [{"@id": "pkg:deb/debian/openssl"}]}]}, True),
        ({"products": [{"@id": "pkg:oci/api", "subcomponents": [{"@id": "pkg:deb/debian/zlib"}]}]}, False),
        ({"products": [{"@id": "pkg:oci/other"}]}, False),
    ],
)
def test_products_are_matched_by_every_part_that_they_give(
    tmp_path: Path, more: dict[str, Any], silences: bool
) -> None:
    assert (silenced(tmp_path, flaw(OPENSSL), openvex(**more)) is not None) is silences


def test_a_module_is_silenced_inside_the_program_that_is_spoken_of_alone(tmp_path: Path) -> None:
    said = openvex(
        products=[
            {
                "@id": "pkg:golang/github.com/aquasecurity/trivy",
                "subcomponents": [{"@id": "pkg:golang/helm.sh/helm/v3"}],
            }
        ]
    )
    packages = (HELM, TRIVY, ELSEWHERE)
    assert silenced(tmp_path, flaw(HELM), said, packages=packages) is not None
    assert silenced(tmp_path, flaw(ELSEWHERE), said, packages=packages) is None


def test_the_newest_statement_counts_and_a_doubt_is_not_silence(tmp_path: Path) -> None:
    later = openvex("affected", timestamp="2026-02-01T00:00:00Z")
    assert silenced(tmp_path, flaw(OPENSSL), openvex(), later) is None
    same_time = openvex("under_investigation")
    assert silenced(tmp_path, flaw(OPENSSL), openvex(), same_time) is None


def test_cyclonedx(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX", "specVersion": "1.5",
        "components": [{"bom-ref": "c1", "name": "openssl", "purl": "pkg:deb/debian/openssl@3.0.11"}],
        "vulnerabilities": [
            {"id": "CVE-1", "affects": [{"ref": "c1"}], "analysis": {
                "state": "not_affected", "justification": "code_not_reachable", "detail": "never called"}},
            {"id": "CVE-2", "affects": [{"ref": "c1"}], "analysis": {"state": "exploitable"}},
            {"id": "CVE-3", "affects": [{"ref": "c1"}]},
        ],
    }  # fmt: skip
    assert silenced(tmp_path, flaw(OPENSSL), document) == "VEX (0.json): not_affected: code_not_reachable: never called"
    assert silenced(tmp_path, flaw(OPENSSL, "CVE-2"), document) is None
    assert silenced(tmp_path, flaw(OPENSSL, "CVE-3"), document) is None
    link = document["vulnerabilities"][0]
    link["affects"] = [{"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:deb/debian/openssl"}]
    assert silenced(tmp_path, flaw(OPENSSL), document) is not None


def test_csaf(tmp_path: Path) -> None:
    document = {
        "document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": "Debian"}},
        "product_tree": {
            "branches": [{"category": "vendor", "name": "Debian", "branches": [
                {"category": "product_version", "name": "3.0.11", "product": {
                    "name": "openssl", "product_id": "P1",
                    "product_identification_helper": {"purl": "pkg:deb/debian/openssl@3.0.11"}}},
                {"category": "product_name", "name": "bookworm", "product": {"name": "bookworm", "product_id": "OS"}},
            ]}],
            "relationships": [{
                "category": "default_component_of", "product_reference": "P1", "relates_to_product_reference": "OS",
                "full_product_name": {"product_id": "OS:P1", "name": "openssl in bookworm",
                    "product_identification_helper": {"purl": "pkg:deb/debian/openssl@3.0.11"}}}],
        },
        "vulnerabilities": [
            {"cve": "CVE-1", "product_status": {"known_not_affected": ["P1"]},
             "flags": [{"label": "component_not_present", "product_ids": ["P1"]}],
             "threats": [{"category": "impact", "details": "Built without it.", "product_ids": ["P1"]}]},
            {"cve": "CVE-2", "product_status": {"known_affected": ["P1"]}},
        ],
    }  # fmt: skip
    assert silenced(tmp_path, flaw(OPENSSL), document) == (
        "VEX of Debian (0.json): not_affected: component_not_present: Built without it."
    )
    assert silenced(tmp_path, flaw(OPENSSL, "CVE-2"), document) is None


def csaf(**more: Any) -> dict[str, Any]:
    """The smallest document that calls openssl not affected; ``more`` goes to its vulnerability."""
    product = {
        "name": "openssl", "product_id": "P1",
        "product_identification_helper": {"purl": "pkg:deb/debian/openssl@3.0.11"},
    }  # fmt: skip
    return {
        "document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": "Debian"}},
        "product_tree": {
            "full_product_names": [product],
            "product_groups": [{"group_id": "G1", "product_ids": ["P1", "P2"]}],
        },
        "vulnerabilities": [{"cve": "CVE-1", "product_status": {"known_not_affected": ["P1"]}} | more],
    }


@pytest.mark.parametrize(
    ("more", "silences"),
    [
        ({}, False),  # CSAF 2.0, 4.5: known_not_affected needs an impact statement, as a flag or a threat
        ({"flags": [{"label": "component_not_present", "product_ids": ["P2"]}]}, False),
        ({"flags": [{"label": "component_not_present", "product_ids": ["P1"]}]}, True),
        ({"flags": [{"label": "component_not_present", "group_ids": ["G1"]}]}, True),
        ({"threats": [{"category": "impact", "details": "Built without it.", "group_ids": ["G1"]}]}, True),
        ({"threats": [{"category": "impact", "details": "No.", "group_ids": ["G2"], "product_ids": ["P2"]}]}, False),
        ({"threats": [{"category": "exploit_status", "details": "none known", "product_ids": ["P1"]}]}, False),
        ({"product_status": {"fixed": ["P1"]}}, True),
    ],
)  # fmt: skip
def test_csaf_asks_for_an_impact_statement(more: dict[str, Any], silences: bool, tmp_path: Path) -> None:
    assert (silenced(tmp_path, flaw(OPENSSL), csaf(**more)) is not None) is silences


BOM = {
    "bomFormat": "CycloneDX", "specVersion": "1.5",
    "components": [{"bom-ref": "c1", "name": "openssl", "purl": "pkg:deb/debian/openssl@3.0.11"}],
    "vulnerabilities": [{"id": "CVE-1", "affects": [{"ref": "c1"}], "analysis": {"state": "not_affected"}}],
}  # fmt: skip


@pytest.mark.parametrize("document", [csaf(), BOM])
def test_not_affected_without_a_reason_is_not_followed_and_said(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text(json.dumps(document))
    (found,), (gap,) = apply([flaw(OPENSSL)], read_vex([str(tmp_path / "v.json")]), INFO, (OPENSSL,))
    assert found.suppressed is None
    assert (gap.what, gap.where, gap.blocks) == ("vex-without-reason", "v.json", False)
    assert "not_affected of CVE-1 in pkg:deb/debian/openssl@3.0.11" in gap.reason


def test_an_impact_statement_is_a_reason(tmp_path: Path) -> None:
    document = openvex(justification="", impact_statement="the parser is not built in")
    assert (
        silenced(tmp_path, flaw(OPENSSL), document) == "VEX of Ann (0.json): not_affected: the parser is not built in"
    )


def test_a_hub_is_asked_for_what_the_image_holds_alone(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.json").write_text(json.dumps(openvex()))
    (tmp_path / "pkg" / "broken.json").write_text("{")
    packages = [
        {"id": "pkg:deb/debian/openssl", "location": "pkg/a.json"},
        {"id": "pkg:npm/absent", "location": "pkg/broken.json"},
    ]
    (tmp_path / "index.json").write_text(json.dumps({"packages": packages}))
    (found,), _ = apply([flaw(OPENSSL)], read_vex([str(tmp_path)]), INFO, (OPENSSL,))
    assert found.suppressed is not None
    (tmp_path / "index.json").write_text(json.dumps({"packages": [{"id": "x", "location": "../../etc/passwd"}]}))
    with pytest.raises(UsageError, match="outside of it"):
        read_vex([str(tmp_path)])


def test_a_repository_as_trivy_unpacks_it(tmp_path: Path) -> None:
    """Aqua's VEX repository specification 0.1: the manifest, and the hub below the version of the specification."""
    (tmp_path / "vex-repository.json").write_text('{"name": "x", "versions": [{"spec_version": "0.1"}]}')
    hub = tmp_path / "0.1"
    hub.mkdir()
    (hub / "a.json").write_text(json.dumps(openvex()))
    packages = [{"id": "pkg:deb/debian/openssl", "location": "a.json"}]
    (hub / "index.json").write_text(json.dumps({"packages": packages}))
    (found,), _ = apply([flaw(OPENSSL)], read_vex([str(tmp_path)]), INFO, (OPENSSL,))
    assert found.suppressed is not None
    (hub / "index.json").unlink()
    with pytest.raises(UsageError, match=r"(?i)no such file"):
        read_vex([str(tmp_path)])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "not valid: not JSON"),
        ("[]", "not a VEX document"),
        ('{"a": 1}', "not a VEX document"),
        (json.dumps(openvex("maybe")), "status 'maybe'"),
        (json.dumps(openvex(justification="")), "without a justification"),
        (json.dumps(openvex(vulnerability={})), "without a vulnerability"),
        ('{"@context": "https://openvex.dev/ns", "statements": 7}', "without statements"),
        ('{"bomFormat": "CycloneDX", "vulnerabilities": [7]}', "no object"),
        ('{"bomFormat": "CycloneDX", "vulnerabilities": [{"id": "x", "analysis": {"state": "odd"}}]}', "state 'odd'"),
        ('{"document": {"category": "csaf_vex"}, "vulnerabilities": [{"product_status": {}}]}', "without cve"),
        ('{"document": {"category": "csaf_vex"}, "vulnerabilities": [{"cve": "C", "flags": 7}]}', "TypeError"),
    ],
)
def test_what_is_broken_is_refused(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=what) as caught:
        read_vex([str(path)])
    assert caught.value.where == str(path)


def test_names_of_an_image() -> None:
    assert image_purls(ImageInfo("x", "dir")) == ()
    assert any(same(f"pkg:oci/api@{DIGEST}", name) for name in image_purls(INFO))
