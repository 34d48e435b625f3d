"""Manifests, layouts and archives that lie: refused with a reason, never scanned as something else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError
from scantling.source.catalog import SourceOptions, open_target
from scantling.source.manifest import Index, Manifest, parse
from scantling.source.reference import parse_reference
from support import oci

LAYERS = [oci.tar({"a": "1"}), oci.tar({"b": "2"})]
GOOD = json.loads(oci.image(LAYERS).manifest)
D = "sha256:" + "0" * 64


def changed(**fields: Any) -> bytes:
    return oci.to_json(GOOD | fields)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"not json", b"\xef\xbb\xbf" + oci.to_json(GOOD), b"[]", b" " * (5 << 20) + oci.to_json(GOOD),
        b'{"schemaVersion":2,"schemaVersion":2}', b'{"schemaVersion":NaN}', b"[" * 100_000,
        changed(manifests=[]), changed(mediaType=oci.INDEX), changed(Layers=[]), changed(schemaVersion=3),
        changed(layers=[{**GOOD["layers"][0], "size": -1}]), changed(layers=[{**GOOD["layers"][0], "size": True}]),
        changed(layers=[{**GOOD["layers"][0], "size": limits.BLOB_BYTES + 1}]),
        changed(layers=GOOD["layers"] * 300), changed(config={}), changed(layers="x"),
        *(changed(config={**GOOD["config"], "digest": digest}) for digest in (
            "md5:" + "0" * 32, D.upper(), "sha256:" + "A" * 64, "sha256:../..", D + "0", "sha256:" + "0" * 63 + "\n")),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(Unscannable):
        parse(data, where="test")


@pytest.mark.parametrize(
    "data",
    [
        oci.to_json({"schemaVersion": 1, "fsLayers": []}),
        changed(config={**GOOD["config"], "mediaType": "application/vnd.cncf.helm.config.v1+json"}),
        changed(layers=[{**GOOD["layers"][0], "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json"}]),
        changed(layers=[{**GOOD["layers"][0], "mediaType": "application/vnd.in-toto+json"}]),
        changed(config={**GOOD["config"], "mediaType": "application/vnd.oci.empty.v1+json"}, artifactType="x/y"),
    ],
    ids=["schema-1", "helm", "cosign", "in-toto", "artifact"],
)
def test_artifacts_are_not_images(data: bytes) -> None:
    with pytest.raises(Unscannable, match="not an image"):
        parse(data, where="test")


def test_declared_type_and_document_must_agree() -> None:
    for declared in (oci.INDEX, oci.DOCKER_MANIFEST, oci.DOCKER_LIST):
        with pytest.raises(Unscannable):
            parse(oci.to_json(GOOD), declared=declared, where="test")
    assert isinstance(parse(oci.to_json(GOOD), declared=oci.MANIFEST, where="test"), Manifest)
    untyped = {key: value for key, value in GOOD.items() if key != "mediaType"}  # as umoci writes
    assert isinstance(parse(oci.to_json(untyped), where="test"), Manifest)
    assert isinstance(parse(oci.index([]), where="test"), Index)


@pytest.mark.parametrize(
    "text", ["a@md5:0", f"a@{D.upper()}", "a@sha256:../..", "a/B:c", "a:", "a//b", "../x", "a b", "a:-x"]
)
def test_bad_references_are_usage_errors(text: str) -> None:
    with pytest.raises(UsageError):
        parse_reference(text)


def nested(path: Path, depth: int) -> str:
    made = oci.image(LAYERS)
    blobs, entry = dict(made.blobs), made.descriptor
    for _ in range(depth):
        data = oci.index([entry])
        blobs[oci.sha256(data)] = data
        entry = oci.describe(data, oci.INDEX)
    return f"oci:{oci.write_layout(path, blobs, oci.index([oci.tagged(entry, 'latest')]))}"


def test_nested_indexes(tmp_path: Path) -> None:
    assert len(open_target(nested(tmp_path / "2", 2), SourceOptions()).info.layers) == 2
    with pytest.raises(Unscannable, match="nested more than 4"):
        open_target(nested(tmp_path / "5", 5), SourceOptions())


def test_too_wide_an_index() -> None:
    with pytest.raises(Unscannable, match="10000 entries"):
        parse(oci.index([{"mediaType": oci.MANIFEST, "digest": D, "size": 1}] * 10_000), where="test")


def test_platforms(tmp_path: Path) -> None:
    images = [oci.image(LAYERS[:1], platform=name) for name in ("linux/amd64", "linux/arm64/v8", "unknown/unknown")]
    target = f"oci:{oci.build_index(tmp_path / 'i', images)}"
    assert open_target(target, SourceOptions(platform="linux/arm64")).info.image_digest == images[1].digest
    assert open_target(target, SourceOptions(platform="linux/amd64")).info.image_digest == images[0].digest
    with pytest.raises(Unscannable, match="linux/s390x; found: linux/amd64, linux/arm64"):
        open_target(target, SourceOptions(platform="linux/s390x"))
    with pytest.raises(UsageError):
        open_target(target, SourceOptions(platform="linux"))


def test_foreign_layers_are_a_gap(tmp_path: Path) -> None:
    def foreign(manifest: dict[str, Any]) -> None:
        manifest["layers"][0] |= {
            "mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "urls": ["http://10.0.0.1/x"],
        }  # fmt: skip

    info = open_target(f"oci:{oci.build_layout(tmp_path / 'l', LAYERS, edit_manifest=foreign)}", SourceOptions()).info
    assert [(gap.what, gap.blocks) for gap in info.gaps] == [("layer-not-read", True)]
    assert [layer.diff_id for layer in info.layers] == [oci.sha256(LAYERS[1])]


def test_history_that_does_not_fit_is_a_gap_and_diff_ids_are_refused(tmp_path: Path) -> None:
    info = open_target(f"oci:{oci.build_layout(tmp_path / 'h', LAYERS, history=['only one'])}", SourceOptions()).info
    assert [gap.what for gap in info.gaps] == ["provenance"]
    assert len(info.layers) == 2
    lie = oci.build_layout(tmp_path / "d", LAYERS, edit_config=lambda c: c["rootfs"]["diff_ids"].pop())
    with pytest.raises(Unscannable, match="2 layers, the configuration 1"):
        open_target(f"oci:{lie}", SourceOptions())


def test_a_large_and_ugly_configuration_is_read(tmp_path: Path) -> None:
    ugly = {"Env": ["A=" + "x" * 5_000_000], "Labels": {"l": "\x1b[2J\u202e" + "y" * 5_000_000}}
    info = open_target(f"oci:{oci.build_layout(tmp_path / 'c', LAYERS, config=ugly)}", SourceOptions()).info
    assert len(info.config.env[0]) == 5_000_002
    assert "x" * 100 not in repr(info.config)


def test_every_blob_damaged_or_missing_in_turn(tmp_path: Path) -> None:
    made = oci.image(LAYERS)
    index = oci.index([oci.tagged(made.descriptor, "latest")])
    layers = {layer["digest"] for layer in GOOD["layers"]}
    for number, (digest, data) in enumerate(made.blobs.items()):
        flipped = bytes([data[0] ^ 1]) + data[1:]
        for kind, blob in enumerate((flipped, data + b"\0", data[:-1], None)):
            if blob is flipped and digest in layers:
                continue  # LayerStream verifies what a layer holds
            blobs = {**made.blobs, digest: blob} if blob is not None else made.blobs.keys() - {digest}
            if not isinstance(blobs, dict):
                blobs = {key: made.blobs[key] for key in blobs}
            path = oci.write_layout(tmp_path / f"{number}-{kind}", blobs, index)
            with pytest.raises(Unscannable):
                open_target(f"oci:{path}", SourceOptions())


@pytest.mark.parametrize("kind", ["symlink", "fifo", "directory", "folder-symlink"])
def test_blobs_that_are_no_files_are_never_opened(tmp_path: Path, kind: str) -> None:
    made = oci.image(LAYERS)
    path = oci.write_layout(tmp_path / "l", made.blobs, oci.index([made.descriptor]))
    blob = path / "blobs" / made.digest.replace(":", "/")
    if kind == "folder-symlink":
        (path / "blobs").rename(tmp_path / "elsewhere")
        (path / "blobs").symlink_to(tmp_path / "elsewhere")
    else:
        blob.rename(tmp_path / "true-blob")
        {"symlink": lambda: blob.symlink_to(tmp_path / "true-blob"), "fifo": lambda: os.mkfifo(blob)}.get(
            kind, blob.mkdir
        )()
    with pytest.raises(Unscannable):
        open_target(f"oci:{path}", SourceOptions())


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "missing.tar", "x/../../y"])
@pytest.mark.parametrize("field", ["Config", "Layers"])
def test_docker_archives_that_point_outside(tmp_path: Path, name: str, field: str) -> None:
    made = oci.image(LAYERS, compression="none")
    entry = {"Config": oci.sha256(made.config)[7:] + ".json", "RepoTags": [], "Layers": []}
    entry[field] = name if field == "Config" else [name]
    path = oci.build_docker_archive(tmp_path / "a.tar", LAYERS, manifest=oci.to_json([entry]))
    with pytest.raises(Unscannable):
        open_target(f"docker-archive:{path}", SourceOptions())


def test_two_images_without_a_choice(tmp_path: Path) -> None:
    made = oci.image(LAYERS, compression="none")
    entry = {"Config": oci.sha256(made.config)[7:] + ".json", "Layers": [f"{d[7:]}.tar" for d in made.diff_ids]}
    both = oci.to_json([entry | {"RepoTags": ["a:1"]}, entry | {"RepoTags": ["b:2"]}])
    path = oci.build_docker_archive(tmp_path / "a.tar", LAYERS, manifest=both)
    with pytest.raises(Unscannable, match="several images: a:1, b:2"):
        open_target(f"docker-archive:{path}", SourceOptions())
    assert open_target(f"docker-archive:{path}:b:2", SourceOptions()).info.repository == "b"
    assert open_target(f"docker-archive:{path}:@0", SourceOptions()).info.repository == "a"


@pytest.mark.parametrize("gzipped", [False, True])
def test_an_archive_cut_anywhere_is_refused(tmp_path: Path, gzipped: bool) -> None:
    whole = oci.build_oci_archive(tmp_path / "w.tar", LAYERS, gzipped=gzipped).read_bytes()
    data = whole.rstrip(b"\0")  # the padding at the end carries nothing
    for sixteenth in range(1, 16):
        path = tmp_path / "cut.tar"
        path.write_bytes(data[: len(data) * sixteenth // 16])
        with pytest.raises(Unscannable):
            open_target(f"oci-archive:{path}", SourceOptions())
