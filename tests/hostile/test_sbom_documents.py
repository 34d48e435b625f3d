"""Documents made to break the reader: bounded time and memory, an error or a gap, never a traceback."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scantling.analyze.merge import merge
from scantling.analyze.sbom.facts import layer_facts
from scantling.analyze.sbom.read import read
from scantling.guard import limits
from scantling.model.errors import Malformed
from support.sboms import component, cyclonedx, encode, spdx, syft


def take(data: bytes) -> list[str]:
    return [package.name for package in merge(layer_facts(read(data, "bom.json"), "bom.json")).packages]


REFUSED = {
    "empty": b"",
    "blank": b" \n",
    "array": b"[]",
    "text": b"hello",
    "truncated": cyclonedx(component("pkg:npm/a@1"))[:-5],
    "xml": b'<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>',
    "other": b'{"kind": "Pod"}',
    "spdx 3": b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}',
    "no version": b'{"bomFormat": "CycloneDX"}',
    "future": cyclonedx(version="2.0"),
    "version is no text": encode({"bomFormat": "CycloneDX", "specVersion": 1.6}),
    "spdx of the future": spdx(version="SPDX-9.9"),
    "syft of the past": syft(version="3.0"),
    "syft of nowhere": syft(version="\u0661\u0662.0"),
    "components is an object": encode({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": {"a": 1}}),
    "dependencies is a text": cyclonedx(dependencies="x"),
    "metadata is a list": cyclonedx(metadata=[1]),
    "packages is a text": encode({"spdxVersion": "SPDX-2.3", "packages": "x"}),
    "artifacts is a number": encode({"artifacts": 3, "schema": {"version": "16.0.0"}}),
    "distro is a list": syft(distro=["debian"]),
    "key twice": b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "specVersion": "1.4"}',
    "not UTF-8": b'{"bomFormat": "CycloneDX\xff"}',
    "deep": b'{"bomFormat": "CycloneDX", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "many values": b'{"artifacts": [' + b"{}," * 6_000_000 + b"{}]}",
    "tag-value without version": b"SPDXVersion: SPDX-1.2\nPackageName: a\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason(name: str) -> None:
    started = time.perf_counter()
    with pytest.raises(Malformed):
        take(REFUSED[name])
    assert time.perf_counter() - started < 5


def test_longer_than_200_mb_is_refused_unread() -> None:
    with pytest.raises(Malformed, match="more than the"):
        read(bytes(limits.SBOM_BYTES + 1), "bom.json")


def test_components_that_contain_each_other_to_the_limit_of_depth() -> None:
    inside = component("pkg:npm/c0@1")
    for number in range(1, 30):
        inside = component(f"pkg:npm/c{number}@1", components=[inside])
    assert len(take(cyclonedx(inside))) == 30
    for number in range(30, 60):
        inside = component(f"pkg:npm/c{number}@1", components=[inside])
    with pytest.raises(Malformed, match="nested deeper"):
        take(cyclonedx(inside))


def test_dependencies_in_a_cycle_and_references_to_nothing() -> None:
    parts = [component(f"pkg:npm/{name}@1", name, **{"bom-ref": name}) for name in "abc"]
    links = [{"ref": a, "dependsOn": [b]} for a, b in ("ab", "bc", "ca", "ax", "zz")]
    assert take(cyclonedx(*parts, dependencies=links)) == ["a", "b", "c"]


def test_one_reference_for_all_components() -> None:
    parts = [component(f"pkg:npm/{name}@1", name, **{"bom-ref": "same"}) for name in "abc"]
    assert take(cyclonedx(*parts, dependencies=[{"ref": "same", "dependsOn": ["same"]}])) == ["a", "b", "c"]


def test_paths_with_nul_and_newlines_stay_in_their_package() -> None:
    path = {"name": "syft:location:0:path", "value": "/x\0etc/os-release\nbom.json\n0"}
    layer = {"name": "syft:location:0:layerID", "value": "sha256:\0x"}
    assert take(cyclonedx(component("pkg:npm/a@1", properties=[path, layer]), component("pkg:npm/b@1"))) == ["a", "b"]


def test_a_tag_value_document_of_one_megabyte_lines_takes_linear_time() -> None:
    started = time.perf_counter()
    junk = b"PackageName: a\n" + b"ExternalRef: " + b"x " * limits.MIB + b"\n" + b":" * limits.MIB + b"\n"
    assert take(b"SPDXVersion: SPDX-2.3\n" + junk + b"PackageSupplier: Person: " + b"(" * limits.MIB) == []
    assert time.perf_counter() - started < 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "1.6", "pkg:npm/a@1", "SPDX-2.3"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["name", "version", "purl", "type", "properties", "value", "licenses", "license", "components",
                         "externalRefs", "referenceType", "referenceLocator", "metadata", "locations", "path", "ref",
                         "dependsOn", "files", "annotations", "supplier", "bom-ref", "SPDXID"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON, JSON, JSON)
def test_any_shape_is_read_or_refused(one: object, two: object, three: object) -> None:
    for document in (
        {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [one], "dependencies": two, "metadata": three},
        {"spdxVersion": "SPDX-2.3", "packages": [one, two], "relationships": three, "name": "x"},
        {"schema": {"version": "16.0"}, "artifacts": [one, two], "source": three},
    ):
        try:
            take(encode(document))
        except Malformed:
            continue
