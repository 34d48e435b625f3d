"""BuildKit's provenance beside an image, in the shapes of SLSA 0.2 and 1.0: the base that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scantling.base.recognise import recognise
from scantling.model.image import ImageInfo
from scantling.source.catalog import open_target
from scantling.source.options import SourceOptions
from support import bases, oci
from support import registry as debian

DIGEST = "a" * 64
PYTHON = {"uri": "pkg:docker/python@3.11-slim?platform=linux%2Famd64", "digest": {"sha256": DIGEST}}
FRONTEND = {"uri": "pkg:docker/docker/dockerfile@1", "digest": {"sha256": "b" * 64}}
SOURCE = {"uri": "https://example.com/repository.git", "digest": {"sha1": "c" * 40}}
GO = {"uri": "pkg:docker/golang@1.23", "digest": {"sha256": "d" * 64}}

Statement = dict[str, Any]


def slsa_0_2(image: oci.Image, *used: dict[str, Any]) -> Statement:
    return {"subject": [{"name": "_", "digest": {"sha256": image.digest[7:]}}], "predicate": {"materials": list(used)}}


def slsa_1(image: oci.Image, *used: dict[str, Any]) -> Statement:
    build = {"resolvedDependencies": list(used)}
    return slsa_0_2(image) | {"predicate": {"buildDefinition": build}}


def attested(path: Path, image: oci.Image, statement: Statement | bytes) -> str:
    """A layout as BuildKit exports it: an index of the image and, as platform unknown, its attestations."""
    data = statement if isinstance(statement, bytes) else oci.to_json(statement)
    layer = oci.describe(data, "application/vnd.in-toto+json")
    layer["annotations"] = {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"}
    config = oci.to_json({"architecture": "unknown", "os": "unknown", "rootfs": {"type": "layers", "diff_ids": []}})
    manifest = oci.to_json({
        "schemaVersion": 2, "mediaType": oci.MANIFEST, "config": oci.describe(config, oci.CONFIG), "layers": [layer]
    })  # fmt: skip
    about = oci.describe(manifest, oci.MANIFEST) | {
        "platform": {"architecture": "unknown", "os": "unknown"},
        "annotations": {
            "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.digest
        },
    }  # fmt: skip
    inner = oci.index([image.descriptor, about])
    blobs = image.blobs | {oci.sha256(one): one for one in (data, config, manifest, inner)}
    oci.write_layout(path, blobs, oci.index([oci.tagged(oci.describe(inner, oci.INDEX), "app:1")]))
    return f"oci:{path}"


def described(target: str, **options: Any) -> ImageInfo:
    image = open_target(target, SourceOptions(platform="linux/amd64", **options))
    image.close()
    return image.info


@pytest.mark.parametrize("shape", [slsa_0_2, slsa_1])
def test_the_one_image_that_was_used_is_the_base(shape: Callable[..., Statement], tmp_path: Path) -> None:
    made = bases.silent()
    info = described(attested(tmp_path / "x", made, shape(made, FRONTEND, SOURCE, PYTHON)))
    assert info.materials == (("python:3.11-slim", f"sha256:{DIGEST}"),)
    base = recognise(info, None, None).base
    assert base is not None
    assert (base.name, base.tag, base.digest, base.source) == (
        "python", "3.11-slim", f"sha256:{DIGEST}", "provenance",
    )  # fmt: skip


def test_of_several_images_none_is_picked(tmp_path: Path) -> None:
    made = bases.silent()
    info = described(attested(tmp_path / "x", made, slsa_1(made, GO, PYTHON)))
    assert len(info.materials) == 2
    assert recognise(info, None, None).base is None


def test_a_statement_about_another_image_says_nothing(tmp_path: Path) -> None:
    info = described(attested(tmp_path / "x", bases.silent(), slsa_1(bases.DEBIAN, PYTHON)))
    assert (info.materials, info.gaps) == ((), ())


@pytest.mark.parametrize(
    "broken",
    [b"[]", b"{", b"\xff", oci.to_json({"subject": 1, "predicate": []}), b'{"subject":' + b"[" * 5000,
     oci.to_json(slsa_1(bases.silent(), {"uri": 7}, {"uri": "pkg:docker/"}, {"uri": "pkg:docker/x@" + "9" * 90_000}))],
)  # fmt: skip
def test_broken_provenance_is_told_or_ignored_and_the_image_is_read(broken: bytes, tmp_path: Path) -> None:
    info = described(attested(tmp_path / "x", bases.silent(), broken))
    assert info.materials == ()
    assert {gap.what for gap in info.gaps} <= {"base-provenance"}
    assert not any(gap.blocks for gap in info.gaps)
    assert len(info.layers) == 3


@pytest.mark.skipif(bool(debian.missing()), reason=debian.missing())
class TestRegistry:
    @pytest.fixture
    def registry(self, tmp_path: Path) -> Iterator[debian.RunningRegistry]:
        with debian.debian_registry(tmp_path / "registry") as running:
            yield running

    def test_it_is_found_in_a_registry_too(self, registry: debian.RunningRegistry, tmp_path: Path) -> None:
        made = bases.silent()
        layout = attested(tmp_path / "x", made, slsa_1(made, PYTHON))
        reference = registry.push_all(f"{layout}:app:1", "team/app:1")
        info = described(f"registry:{reference}", insecure=True)
        assert info.materials == (("python:3.11-slim", f"sha256:{DIGEST}"),)
