"""Each format gives the facts that the image itself would: names, versions, source packages, places, distribution."""

from __future__ import annotations

from typing import Any

import pytest

from scantling.analyze.merge import merge
from scantling.analyze.sbom.facts import layer_facts
from scantling.analyze.sbom.read import read
from scantling.model.coverage import Gap
from scantling.model.facts import OsRelease
from scantling.model.package import Inventory, Location, Package, Source
from support import sboms
from support.sboms import NAMES, PURLS, component, cyclonedx, spdx, spdx_package, syft, tag_value

LAYER = "sha256:" + "a" * 64


def taken(data: bytes) -> Inventory:
    return merge(layer_facts(read(data, "bom.json"), "bom.json"))


def packages(data: bytes) -> dict[str, Package]:
    return {package.name: package for package in taken(data).packages}


def gaps(data: bytes) -> list[tuple[str, bool]]:
    return [(gap.what, gap.blocks) for gap in taken(data).gaps if gap.what != "no-os"]


ALL = {
    "cyclonedx-1.4": cyclonedx(*map(component, PURLS, NAMES), version="1.4"),
    "cyclonedx-1.5": cyclonedx(*map(component, PURLS, NAMES), version="1.5"),
    "cyclonedx-1.6": cyclonedx(*map(component, PURLS, NAMES), version="1.6"),
    "spdx-2.2": spdx(*map(spdx_package, PURLS, NAMES), version="SPDX-2.2"),
    "spdx-2.3": spdx(*map(spdx_package, PURLS, NAMES)),
    "spdx-tag-value": tag_value(*zip(NAMES, ("", "", ""), PURLS, strict=True)),
    "syft": syft(*({"name": n, "version": "", "type": "x", "purl": p} for n, p in zip(NAMES, PURLS, strict=True))),
}


@pytest.mark.parametrize("format_", ALL)
def test_every_format_gives_the_same_inventory(format_: str) -> None:
    inventory = taken(ALL[format_])
    assert inventory.os == OsRelease("debian", "12")
    assert [(p.type, p.name, p.version, p.ecosystem) for p in inventory.packages] == [
        ("deb", "libssl3", "3.0.11-1~deb12u1", "debian:12"),
        ("golang", "github.com/Masterminds/semver", "v1.5.0", "golang"),
        ("npm", "@babel/core", "7.20.0", "npm"),
    ]
    assert inventory.packages[0].source == Source("openssl", "3.0.11-1~deb12u1")
    assert inventory.packages[0].purl == PURLS[0]
    assert inventory.gaps == ()


@pytest.mark.parametrize(
    ("purl", "expected"),
    [
        ("pkg:deb/debian/a@1-1?distro=debian-12&upstream=b%402-1", Source("b", "2-1")),
        ("pkg:deb/debian/a@1-1?distro=debian-12", Source("a", "1-1")),
        ("pkg:deb/debian/coreutils@8.32-4%2Bb1", Source("coreutils", "8.32-4")),
        ("pkg:deb/debian/a@1-1%2Bb1?upstream=b%401-1.1", Source("b", "1-1.1")),
        ("pkg:apk/alpine/libssl3@3.1.4-r5?distro=alpine-3.19&upstream=openssl", Source("openssl", "3.1.4-r5")),
        ("pkg:rpm/rhel/openssl-libs@3.0.7-6.el9?epoch=1&upstream=openssl-3.0.7-6.el9.src.rpm", Source("openssl", "3.0.7-6.el9")),  # noqa: E501
        ("pkg:rpm/rhel/openssl-libs@3.0.7-6.el9?epoch=1", None),
        ("pkg:npm/a@1", None),
    ],
)  # fmt: skip
def test_source_packages_are_those_of_the_package_managers(purl: str, expected: Source | None) -> None:
    (package,) = taken(cyclonedx(component(purl))).packages
    assert package.source == expected


def test_trivys_properties_name_the_source_package() -> None:
    properties = [
        {"name": f"aquasecurity:trivy:{key}", "value": value}
        for key, value in {
            "SrcName": "openssl", "SrcVersion": "3.0.11", "SrcRelease": "1", "SrcEpoch": "2", "LayerDiffID": LAYER,
            "FilePath": "app/x",
        }.items()
    ]  # fmt: skip
    (package,) = taken(cyclonedx(component("pkg:deb/debian/libssl3@2:3.0.11-1", properties=properties))).packages
    assert package.source == Source("openssl", "2:3.0.11-1")
    assert [(place.path, place.diff_id) for place in package.locations] == [("app/x", LAYER)]


def test_syfts_places_prefer_the_package_managers_record_and_the_layer_of_its_info_files() -> None:
    places = {"10": ("/var/lib/dpkg/status", "sha256:top"), "2": ("/var/lib/dpkg/info/a.list", "sha256:base")}
    properties = [
        {"name": f"syft:location:{number}:{key}", "value": value}
        for number, place in places.items()
        for key, value in zip(("path", "layerID"), place, strict=True)
    ]
    (package,) = taken(cyclonedx(component("pkg:deb/debian/a@1", properties=properties))).packages
    assert [(place.path, place.diff_id) for place in package.locations] == [("var/lib/dpkg/status", "sha256:base")]


def test_components_inside_components_count() -> None:
    inner = component("pkg:maven/g/inner@1")
    data = cyclonedx(component("pkg:maven/g/outer@2", components=[component("pkg:maven/g/mid@3", components=[inner])]))
    assert set(packages(data)) == {"g:outer", "g:mid", "g:inner"}


@pytest.mark.parametrize(
    ("os", "expected"),
    [
        ({"name": "debian", "version": "12"}, OsRelease("debian", "12")),
        ({"name": "redhat", "version": "9.3"}, OsRelease("rhel", "9.3")),
        ({"name": "alma", "version": "9"}, OsRelease("almalinux", "9")),
        ({"name": "amazon", "version": "2023"}, OsRelease("amzn", "2023")),
        (
            {"name": "x", "properties": [{"name": "syft:distro:id", "value": "wolfi"},
                                         {"name": "syft:distro:versionID", "value": "20230201"}]},
            OsRelease("wolfi", "20230201"),
        ),
    ],
)  # fmt: skip
def test_the_distribution_from_its_component(os: dict[str, Any], expected: OsRelease) -> None:
    assert taken(cyclonedx({"type": "operating-system", **os}, component("pkg:deb/debian/a@1"))).os == expected


@pytest.mark.parametrize(
    ("purl", "expected"),
    [
        ("pkg:deb/debian/a@1?distro=debian-12.5", OsRelease("debian", "12.5")),
        ("pkg:deb/debian/a@1?distro=sid", OsRelease("debian", "", "sid")),
        ("pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5", OsRelease("opensuse-leap", "15.5")),
        ("pkg:rpm/redhat/a@1?distro=redhat-8.9", OsRelease("rhel", "8.9")),
        ("pkg:apk/alpine/a@1?distro=3.19.1", OsRelease("alpine", "3.19.1")),
        ("pkg:npm/a@1", None),
    ],
)
def test_the_distribution_from_purls(purl: str, expected: OsRelease | None) -> None:
    assert taken(cyclonedx(component(purl))).os == expected


def test_packages_of_two_distributions_are_a_gap() -> None:
    two = cyclonedx(component("pkg:deb/debian/a@1?distro=debian-12"), component("pkg:apk/alpine/b@1?distro=alpine-3"))
    assert ("unknown-os", True) in gaps(two)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (component("", "a", "1"), [("unidentified-package", True)]),
        (component("pkg:npm/a", "a"), [("unversioned", True)]),
        (component("nonsense", "a", "1"), [("unreadable-record", True)]),
        (component("pkg:npm/a@%01", "a"), [("unreadable-record", True)]),
        (component("pkg:npm/a@1", name=["a"]), [("unreadable-record", True)]),
        (component("pkg:npm/a@1", properties={"name": "x"}), [("unreadable-record", True)]),
        ({"type": "file", "name": "etc/passwd"}, []),
        ({"type": "container", "name": "x", "purl": "pkg:oci/x@sha256:1"}, []),
        ({"type": "application", "name": "yarn.lock",
          "properties": [{"name": "aquasecurity:trivy:Type", "value": "yarn"}]}, []),
        (component("pkg:npm/a", "a", "1"), []),
    ],
)  # fmt: skip
def test_what_cannot_be_matched_is_said_and_the_rest_stays(made: dict[str, Any], expected: list[Any]) -> None:
    data = cyclonedx(made, component("pkg:npm/good@1", "good"))
    assert "good" in packages(data)
    assert gaps(data) == expected


def test_the_first_gaps_are_named_and_the_others_counted() -> None:
    found = taken(cyclonedx(*(component("", f"a{n}", "1") for n in range(100)))).gaps
    assert sum(gap.what == "unidentified-package" for gap in found) == 20
    assert Gap("unreadable-record", "bom.json", "80 more records cannot be read") in found


def test_spdx_leaves_out_what_the_document_is_about() -> None:
    image = spdx_package("", "shop/api", "1", SPDXID="SPDXRef-Image")
    relations = [{"relationshipType": "DESCRIBES", "spdxElementId": "x", "relatedSpdxElement": "SPDXRef-Image"}]
    os = spdx_package("", "debian", "12", primaryPackagePurpose="OPERATING-SYSTEM")
    data = spdx(image, os, spdx_package("pkg:deb/debian/a@1", versionInfo="NOASSERTION"), relationships=relations)
    assert set(packages(data)) == {"a"}
    assert taken(data).os == OsRelease("debian", "12")
    assert gaps(data) == []


def test_a_language_package_that_syft_knows_an_os_package_owns() -> None:
    deb = {
        "name": "python3-six", "version": "1", "type": "deb", "purl": "pkg:deb/debian/python3-six@1",
        "metadata": {"source": "six", "sourceVersion": "", "files": [{"path": "/opt/x/six.egg-info"}]},
    }  # fmt: skip
    six = {
        "name": "six", "version": "1", "type": "python", "purl": "pkg:pypi/six@1",
        "locations": [{"path": "/opt/x/six.egg-info", "layerID": LAYER}],
    }  # fmt: skip
    found = packages(syft(deb, six, distro={"id": "debian", "versionID": "12"}))
    assert found["six"].os_owned
    assert found["python3-six"].source == Source("six", "1")


def test_what_scantling_writes_is_read_back() -> None:
    def made(**values: str) -> list[dict[str, str]]:
        return [{"name": "scantling:" + name.replace("_", ":"), "value": value} for name, value in values.items()]

    deb = component(
        "pkg:deb/debian/libssl3@3-1",
        properties=made(source_name="openssl", source_version="3-2", path="var/lib/dpkg/status", layer_diffID=LAYER),
    )
    owned = component("pkg:pypi/six@1", properties=made(path="usr/lib/x/six.egg-info", package_osOwned="true"))
    occurrence = component("pkg:npm/a@1", "a", evidence={"occurrences": [{"location": "/app/a/package.json"}]})
    os = {"type": "operating-system", "name": "debian", "version": "12", "description": "Debian 12"}
    found = packages(cyclonedx(os, deb, owned, occurrence))
    assert found["libssl3"].source == Source("openssl", "3-2")
    assert found["libssl3"].locations == (Location("var/lib/dpkg/status", LAYER),)
    assert found["six"].os_owned
    assert found["a"].locations == (Location("app/a/package.json", ""),)
    comment = f"found in usr/share/a b.jar in layer {LAYER}; opt/c.jar in layer {LAYER}"
    (package,) = taken(spdx(spdx_package("pkg:maven/g/a@1", comment=comment))).packages
    assert package.locations == (Location("usr/share/a b.jar", LAYER),)


def test_debians_python_directory_is_debians_in_every_format() -> None:
    path = "usr/lib/python3/dist-packages/six.egg-info"
    sentence = f"acquired package info from installed python package manifest file: /{path}"
    (package,) = taken(sboms.spdx(spdx_package("pkg:pypi/six@1", "six", sourceInfo=sentence))).packages
    assert package.locations[0].path == path
    assert package.os_owned
