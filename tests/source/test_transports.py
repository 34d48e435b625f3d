"""One image through every local transport: the same layers, whoever wrote the container."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from scantling.model.errors import Unscannable, UsageError
from scantling.source.catalog import SourceOptions, open_target
from scantling.source.reference import ImageReference, parse_reference
from support import oci

LAYERS = [oci.tar({"a": "1" * 5000}), oci.tar({"b": "2" * 700_000}), oci.tar({})]
HISTORY = ["ADD a", "COPY b", "RUN true"]


def check(target: str, kind: str) -> None:
    image = open_target(target, SourceOptions())
    assert image.info.kind == kind
    assert [layer.diff_id for layer in image.info.layers] == [oci.sha256(layer) for layer in LAYERS]
    found = []
    for layer in image.info.layers:
        with image.open_layer(layer) as first, image.open_layer(layer) as second:  # no shared offset
            data = b""
            while part := first.read(4096):
                data += part
                assert second.read(4096) == part
        found.append(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    assert found == LAYERS
    image.close()


@pytest.mark.parametrize("gzipped", [False, True])
def test_oci(tmp_path: Path, gzipped: bool) -> None:
    layout = oci.build_layout(tmp_path / "layout", LAYERS, history=HISTORY)
    for target in (f"oci:{layout}", f"oci:{layout}:latest", str(layout)):
        check(target, "oci")
    archive = oci.build_oci_archive(tmp_path / "a.tar", LAYERS, gzipped=gzipped)
    for target in (f"oci-archive:{archive}", f"oci-archive:{archive}:latest", str(archive)):
        check(target, "oci-archive")
    with pytest.raises(Unscannable, match="found: latest"):
        open_target(f"oci:{layout}:other", SourceOptions())


@pytest.mark.parametrize(
    ("annotations", "repository"),
    [
        ({"org.opencontainers.image.ref.name": "latest"}, "layout"),
        ({"org.opencontainers.image.ref.name": "registry.example.com/team/app:1"}, "registry.example.com/team/app"),
        ({"org.opencontainers.image.ref.name": "1", "io.containerd.image.name": "docker.io/library/app:1"}, "app"),
        ({"org.opencontainers.image.ref.name": "../../../etc/passwd"}, "layout"),
    ],
)
def test_a_layout_is_known_by_the_whole_name_that_it_has(
    annotations: dict[str, str], repository: str, tmp_path: Path
) -> None:
    made = oci.image([oci.tar({"etc/hostname": "x"})])
    entry = made.descriptor | {"annotations": annotations}
    layout = oci.write_layout(tmp_path / "layout", made.blobs, oci.index([entry]))
    assert open_target(f"oci:{layout}", SourceOptions()).info.repository == repository


@pytest.mark.parametrize("form", ["flat", "legacy", "modern", "gzipped"])
def test_docker_archive(tmp_path: Path, form: str) -> None:
    archive = oci.build_docker_archive(tmp_path / "a.tar", LAYERS, **({} if form == "flat" else {form: True}))
    for target in (f"docker-archive:{archive}", f"docker-archive:{archive}:app:latest", str(archive)):
        check(target, "docker-archive")


@pytest.mark.debian
@pytest.mark.skipif(not (shutil.which("skopeo") and shutil.which("umoci")), reason="skopeo and umoci are not installed")
def test_what_skopeo_and_umoci_write(tmp_path: Path) -> None:
    def run(*command: object) -> None:
        subprocess.run([str(word) for word in command], check=True, capture_output=True, timeout=60)

    layout = oci.build_layout(tmp_path / "layout", LAYERS, history=HISTORY)
    run("skopeo", "copy", f"oci:{layout}:latest", f"docker-archive:{tmp_path}/d.tar:org/app:1")
    check(f"docker-archive:{tmp_path}/d.tar:org/app:1", "docker-archive")
    run("skopeo", "copy", f"oci:{layout}:latest", f"oci-archive:{tmp_path}/o.tar:1")
    check(f"oci-archive:{tmp_path}/o.tar:1", "oci-archive")
    run("umoci", "init", "--layout", tmp_path / "u")
    run("umoci", "new", "--image", f"{tmp_path}/u:t")
    for number, layer in enumerate(LAYERS):
        (tmp_path / f"{number}.tar").write_bytes(layer)
        run("umoci", "raw", "add-layer", "--image", f"{tmp_path}/u:t", tmp_path / f"{number}.tar")
    check(f"oci:{tmp_path}/u:t", "oci")


def test_a_directory_has_a_root_and_no_layers(tmp_path: Path) -> None:
    image = open_target(f"dir:{tmp_path}", SourceOptions())
    assert image.root == tmp_path.resolve()
    assert image.info.layers == ()
    with pytest.raises(Unscannable):
        open_target(f"dir:{tmp_path}/missing", SourceOptions())


@pytest.mark.parametrize(("target", "error"), [
    ("", UsageError), ("oci:", UsageError), ("containerd:a", Unscannable), ("sbom:a", Unscannable),
    ("registry:a", Unscannable), ("/nowhere", Unscannable),
])  # fmt: skip
def test_targets_that_cannot_be_had(target: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        open_target(target, SourceOptions(offline=True))


D = "sha256:" + "0" * 64


@pytest.mark.parametrize(("text", "expected", "name"), [
    ("debian", ImageReference("docker.io", "library/debian", "latest"), "debian"),
    ("debian:12", ImageReference("docker.io", "library/debian", "12"), "debian"),
    ("org/app@" + D, ImageReference("docker.io", "org/app", "", D), "org/app"),
    ("localhost/a", ImageReference("localhost", "a", "latest"), "localhost/a"),
    ("localhost:5000/a/b:1", ImageReference("localhost:5000", "a/b", "1"), "localhost:5000/a/b"),
    ("[::1]:5000/a", ImageReference("[::1]:5000", "a", "latest"), "[::1]:5000/a"),
    ("ghcr.io/o/a:1@" + D, ImageReference("ghcr.io", "o/a", "1", D), "ghcr.io/o/a"),
    ("index.docker.io/redis", ImageReference("docker.io", "library/redis", "latest"), "redis"),
])  # fmt: skip
def test_references_as_docker_reads_them(text: str, expected: ImageReference, name: str) -> None:
    assert parse_reference(text) == expected
    assert parse_reference(text).name == name


def test_what_the_engine_said_is_not_lost_when_the_registry_fails_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket that is there and refuses is the likelier cause than the registry that was asked in its place."""
    import socket

    place = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as deaf:  # bound, and nobody listens: connection refused
        deaf.bind(str(place))
        monkeypatch.setenv("DOCKER_HOST", f"unix://{place}")
        with pytest.raises(Unscannable) as caught:
            open_target("app:1", SourceOptions(offline=True))
    assert "docker engine was asked first" in caught.value.hint
