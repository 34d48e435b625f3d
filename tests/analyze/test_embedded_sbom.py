"""Documents that an image carries of itself: taken as installed, never doubling what a package manager says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scantling.analyze import dispatch, runner
from scantling.analyze.catalog import ANALYZERS
from scantling.analyze.merge import merge
from scantling.layers import tar
from scantling.layers.reader import BytesReader
from scantling.model.package import Inventory
from support.tars import Member
from support.tars import tar as tar_bytes

OS = b'ID=wolfi\nVERSION_ID=20230201\nPRETTY_NAME="Wolfi"\n'
APK = b"P:libssl3\nV:3.1.0-r0\nA:x86_64\no:openssl\nL:Apache-2.0\n\n"


def spdx(*purls: str) -> bytes:
    packages: list[dict[str, Any]] = [
        {
            "SPDXID": f"SPDXRef-{number}", "name": purl.rpartition("/")[2].partition("@")[0],
            "versionInfo": purl.partition("@")[2].partition("?")[0], "downloadLocation": "NOASSERTION",
            "externalRefs": [
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}
            ],
        }
        for number, purl in enumerate(purls)
    ]  # fmt: skip
    document = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "x",
        "packages": packages,
        "relationships": [],
    }
    return json.dumps(document).encode()


def cyclonedx(*purls: str) -> bytes:
    components = [
        {
            "type": "library",
            "name": purl.rpartition("/")[2].partition("@")[0],
            "version": purl.partition("@")[2],
            "purl": purl,
        }
        for purl in purls
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components}).encode()


def inventory(files: dict[str, bytes]) -> Inventory:
    data = tar_bytes([Member(path, body) for path, body in files.items()])
    found = runner.inspect(tar.walk(BytesReader(data)), dispatch.build(ANALYZERS))
    return merge([found.facts("sha256:1", len(data))])


def packages(files: dict[str, bytes]) -> list[tuple[str, str, str]]:
    return [(one.type, one.name, one.version) for one in inventory(files).packages]


def test_bitnamis_documents_name_its_components() -> None:
    document = spdx("pkg:bitnami/nginx@1.25.3-2?arch=amd64", "pkg:golang/golang.org/x/net@v0.17.0")
    found = inventory({"opt/bitnami/nginx/.spdx-nginx.spdx": document})
    assert [(one.type, one.name, one.version, one.ecosystem) for one in found.packages] == [
        ("bitnami", "nginx", "1.25.3-2", "bitnami"),
        ("golang", "golang.org/x/net", "v0.17.0", "golang"),
    ]
    assert {place.path for one in found.packages for place in one.locations} == {"opt/bitnami/nginx/.spdx-nginx.spdx"}


@pytest.mark.parametrize(
    "place", ["usr/share/sbom/app.cdx.json", "usr/local/share/sbom/app.json", "usr/lib/sbom/a.spdx.json"]
)
def test_documents_in_the_usual_places(place: str) -> None:
    document = spdx("pkg:npm/lodash@4.17.4") if "spdx" in place else cyclonedx("pkg:npm/lodash@4.17.4")
    assert packages({place: document}) == [("npm", "lodash", "4.17.4")]


def test_an_os_package_is_what_the_package_database_says() -> None:
    document = spdx("pkg:apk/wolfi/libssl3@3.1.0-r0?arch=x86_64", "pkg:apk/wolfi/gone@1.0-r0", "pkg:pypi/flask@2.0")
    files = {"etc/os-release": OS, "var/lib/db/sbom/libssl3-3.1.0-r0.spdx.json": document}
    assert packages(files | {"lib/apk/db/installed": APK}) == [("apk", "libssl3", "3.1.0-r0"), ("pypi", "flask", "2.0")]
    assert packages(files) == [("apk", "gone", "1.0-r0"), ("apk", "libssl3", "3.1.0-r0"), ("pypi", "flask", "2.0")]


def test_the_same_package_installed_and_named_is_one_package() -> None:
    metadata = b"Metadata-Version: 2.1\nName: flask\nVersion: 2.0\n"
    files = {
        "usr/lib/python3.11/site-packages/flask-2.0.dist-info/METADATA": metadata,
        "usr/share/sbom/app.json": cyclonedx("pkg:pypi/flask@2.0"),
    }
    (one,) = inventory(files).packages
    assert len(one.locations) == 2


@pytest.mark.parametrize(
    "data", [b"", b"{", b"{}", b"<bom/>", b"[" * 100_000, b'{"spdxVersion": "SPDX-2.3", "packages": 7}']
)
def test_a_broken_document_is_a_gap(data: bytes) -> None:
    found = inventory({"usr/share/sbom/app.json": data})
    assert found.packages == ()
    assert ("unreadable-file", "usr/share/sbom/app.json", True) in [(g.what, g.where, g.blocks) for g in found.gaps]


def test_what_is_no_document_is_left_alone() -> None:
    assert [gap.what for gap in inventory({"usr/share/sbom/README": b"see app.json"}).gaps] == ["no-os"]
