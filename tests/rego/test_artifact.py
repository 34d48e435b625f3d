"""Policies as OCI artifacts: as conftest and oras push them, and what a registry may try."""

from __future__ import annotations

import gzip
import hashlib
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.model.errors import Unscannable, UsageError
from scantling.rego.artifact import fetch
from scantling.source.options import SourceOptions
from support import registry as debian
from support.crooked_registry import CrookedRegistry, running
from support.tars import Member, tar

MODULE = b'package main\ndeny contains "x" if true\n'
OPA = "application/vnd.cncf.openpolicyagent"
CONFIG = (f"{OPA}.config.v1+json", "", b"{}")
# as conftest pushes: each file a layer, its path as title
CONFTEST = (
    (f"{OPA}.policy.layer.v1+rego", "policy/main.rego", MODULE),
    (f"{OPA}.data.layer.v1+json", "acme/limits.json", b'{"max": 3}'),
)
# as oras pushes what `opa build` made
BUNDLE = (
    (
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "bundle.tar.gz",
        gzip.compress(tar([Member("/policy/main.rego", MODULE), Member("/data.json", b'{"acme": {"max": 3}}')])),
    ),
)
Layers = tuple[tuple[str, str, bytes], ...]


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def manifest(layers: Layers) -> bytes:
    def described(layer: tuple[str, str, bytes]) -> dict[str, object]:
        media_type, title, data = layer
        shown = {"annotations": {"org.opencontainers.image.title": title}} if title else {}
        return {"mediaType": media_type, "digest": digest(data), "size": len(data), **shown}

    value = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": described(CONFIG),
        "layers": [described(layer) for layer in layers],
    }
    return json.dumps(value).encode()


@pytest.fixture
def registry() -> Iterator[CrookedRegistry]:
    with running() as server:
        yield server


def pushed(server: CrookedRegistry, layers: Layers) -> str:
    for _, _, data in layers:
        server.add_blob(data)
    body = manifest(layers)
    server.add_manifest("policies/team", "1", body)
    return f"{server.host}/policies/team@{digest(body)}"


@pytest.mark.parametrize("layers", [CONFTEST, BUNDLE], ids=["conftest", "bundle"])
def test_both_ways_of_pushing_give_the_same_policy(registry: CrookedRegistry, layers: Layers) -> None:
    made = fetch(pushed(registry, layers), SourceOptions(insecure=True))
    assert made.name == "team"
    assert [module.source.encode() for module in made.modules] == [MODULE]
    assert json.loads(made.data) == {"acme": {"max": 3}}


def test_a_tag_alone_is_refused_before_anything_is_asked(registry: CrookedRegistry) -> None:
    with pytest.raises(UsageError, match="pinned by its digest"):
        fetch(f"{registry.host}/policies/team:1", SourceOptions(insecure=True))
    assert not registry.asked("")


def test_other_bytes_than_the_digest_names_are_refused(registry: CrookedRegistry) -> None:
    reference = pushed(registry, CONFTEST)
    registry.blobs[digest(MODULE)] = MODULE.replace(b"x", b"y")
    with pytest.raises(Unscannable, match="digest mismatch"):
        fetch(reference, SourceOptions(insecure=True))


def test_a_title_that_leads_elsewhere_names_nothing(registry: CrookedRegistry) -> None:
    layers = ((f"{OPA}.policy.layer.v1+rego", "../../etc/evil.rego", MODULE),)
    made = fetch(pushed(registry, layers), SourceOptions(insecure=True))
    assert [module.name.rpartition(":")[2] for module in made.modules] == ["layer-0.rego"]


def test_an_image_is_no_policy(registry: CrookedRegistry) -> None:
    layer = ("application/vnd.oci.image.layer.v1.tar+gzip", "", gzip.compress(tar([Member("bin/sh", b"x")])))
    with pytest.raises(UsageError, match=r"no \.rego file"):
        fetch(pushed(registry, (layer,)), SourceOptions(insecure=True))


@pytest.mark.debian
@pytest.mark.skipif(bool(debian.missing()), reason=debian.missing())
@pytest.mark.parametrize("layers", [CONFTEST, BUNDLE], ids=["conftest", "bundle"])
def test_from_debians_registry(tmp_path: Path, layers: Layers) -> None:
    body = manifest(layers)
    with debian.debian_registry(tmp_path / "registry") as server:
        root = f"http://{server.host}/v2/policies/team"
        for _, _, data in (CONFIG, *layers):
            started = urllib.request.urlopen(urllib.request.Request(f"{root}/blobs/uploads/", method="POST"))
            place = started.headers["Location"]
            put(f"{place}{'&' if '?' in place else '?'}digest={digest(data)}", data, "application/octet-stream")
        put(f"{root}/manifests/1", body, "application/vnd.oci.image.manifest.v1+json")
        made = fetch(f"{server.host}/policies/team@{digest(body)}", SourceOptions(insecure=True))
    assert [module.source.encode() for module in made.modules] == [MODULE]
    assert json.loads(made.data) == {"acme": {"max": 3}}


def put(url: str, data: bytes, media_type: str) -> None:
    request = urllib.request.Request(url, data=data, method="PUT", headers={"Content-Type": media_type})
    urllib.request.urlopen(request).close()
