"""Images from a registry: from an honest one of our own, and from Debian's docker-registry."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scantling.guard.secret import Secret
from scantling.model.errors import Unscannable, UsageError
from scantling.net.client import TlsFailed
from scantling.source.options import SourceOptions
from scantling.source.reference import parse_reference
from scantling.source.registry import RegistryImage, open_registry
from support import oci
from support import registry as debian
from support.authority import Authority
from support.crooked_registry import CrookedRegistry, running

LAYERS = [
    oci.tar({"etc/os-release": "ID=debian\n", "big": random.Random(1).randbytes(300_000)}),
    oci.tar({"app": "hello"}),
]
AMD, ARM = oci.image(LAYERS), oci.image(LAYERS[:1], platform="linux/arm64")


@pytest.fixture
def registry() -> Iterator[CrookedRegistry]:
    with running() as server:
        serve(server, "team/app", "1", AMD)
        yield server


def serve(server: CrookedRegistry, name: str, tag: str, image: oci.Image) -> None:
    server.blobs.update(image.blobs)
    server.add_manifest(name, tag, image.manifest, str(image.descriptor["mediaType"]))


def pull(reference: str, *, environ: dict[str, str] | None = None, **options: Any) -> RegistryImage:
    opened = open_registry(
        parse_reference(reference), SourceOptions(**{"insecure": True, **options}), environ=environ or {}
    )
    assert isinstance(opened, RegistryImage)
    return opened


def blob(image: RegistryImage, index: int) -> bytes:
    data = bytearray()
    with image.open_layer(image.info.layers[index]) as reader:
        while piece := reader.read(10_000):
            assert len(piece) <= 10_000
            data += piece
    return bytes(data)


def assert_is(image: RegistryImage, expected: oci.Image) -> None:
    assert image.info.image_digest == expected.digest
    assert image.info.config_digest == oci.sha256(expected.config)
    assert tuple(layer.diff_id for layer in image.info.layers) == expected.diff_ids
    for layer in image.info.layers:
        assert blob(image, layer.index) == expected.blobs[layer.digest]


def test_what_is_known_of_an_image(registry: CrookedRegistry) -> None:
    image = pull(f"{registry.host}/team/app:1")
    assert_is(image, AMD)
    assert image.info.kind == "registry"
    assert image.info.reference == f"{registry.host}/team/app:1"
    assert image.info.repository == f"{registry.host}/team/app"
    assert image.info.platform == "linux/amd64"
    assert not image.sequential and image.root is None
    assert [name for name, _ in image.stream_layers()] == [layer.digest for layer in image.info.layers]
    image.close()


@pytest.mark.parametrize("form", ["{}@{}", "{}:1@{}", "{}:moved@{}"])
def test_by_digest(registry: CrookedRegistry, form: str) -> None:
    assert_is(pull(form.format(f"{registry.host}/team/app", AMD.digest)), AMD)


@pytest.mark.parametrize("docker", [False, True])
def test_by_platform(registry: CrookedRegistry, docker: bool) -> None:
    serve(registry, "multi", "", ARM)
    serve(registry, "multi", "", AMD)
    index = oci.index([AMD.descriptor, ARM.descriptor], docker=docker)
    registry.add_manifest("multi", "latest", index, oci.DOCKER_LIST if docker else oci.INDEX)
    assert_is(pull(f"{registry.host}/multi", platform="linux/arm64"), ARM)
    assert_is(pull(f"{registry.host}/multi", platform="linux/amd64"), AMD)
    with pytest.raises(Unscannable, match="linux/amd64, linux/arm64"):
        pull(f"{registry.host}/multi", platform="linux/s390x")


def test_a_forked_child_reads_layers_by_itself(registry: CrookedRegistry) -> None:
    image = pull(f"{registry.host}/team/app:1")
    layer = image.info.layers[0]
    with image.open_layer(layer) as reader:
        first = reader.read(1000)
        pid = os.fork()
        if pid == 0:
            try:
                os._exit(0 if blob(image, 0) == AMD.blobs[layer.digest] else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        rest = bytearray()
        while piece := reader.read(65_536):
            rest += piece
    assert first + rest == AMD.blobs[layer.digest]


def test_offline(registry: CrookedRegistry) -> None:
    with pytest.raises(UsageError, match="offline"):
        pull(f"{registry.host}/team/app:1", offline=True)
    assert registry.requests == []


def test_plain_http_only_when_asked(registry: CrookedRegistry) -> None:
    with pytest.raises(TlsFailed) as failure:
        pull(f"{registry.host}/team/app:1", insecure=False)
    assert "--insecure" in failure.value.hint
    assert registry.requests == []


def test_insecure_prefers_tls(tmp_path: Path) -> None:
    issued = Authority(tmp_path).issue("server", "registry.example", self_signed=True)
    with running(issued) as server:
        serve(server, "app", "1", AMD)
        assert_is(pull(f"{server.host}/app:1"), AMD)


@pytest.mark.parametrize("reference", ["127.0.0.1:99999/app", "[::1/app"])
def test_impossible_hosts(reference: str) -> None:
    with pytest.raises(UsageError):
        pull(reference)


def test_docker_hub_has_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*_: object, **__: object) -> None:
        raise OSError("not in a test")

    monkeypatch.setattr("socket.getaddrinfo", no_such_name)
    with pytest.raises(Unscannable) as failure:
        pull("debian:12", insecure=False)
    assert failure.value.where == "registry-1.docker.io:443"


# --- Debian's own ----------------------------------------------------------------------------------------------

LOGIN = debian.Login("me", "canary-password")


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    return oci.write_layout(tmp_path / "layout", AMD.blobs, oci.index([oci.tagged(AMD.descriptor, "1")]))


@pytest.mark.debian
@pytest.mark.skipif(bool(debian.missing()), reason=debian.missing())
class TestDebiansRegistry:
    def test_open(self, tmp_path: Path, layout: Path) -> None:
        with debian.debian_registry(tmp_path / "registry") as server:
            name = server.push(f"oci:{layout}:1", "team/app:1")
            assert_is(pull(name), AMD)
            assert_is(pull(f"{server.host}/team/app@{AMD.digest}"), AMD)
            with pytest.raises(TlsFailed):
                pull(name, insecure=False)
            with pytest.raises(Unscannable, match="not found"):
                pull(f"{server.host}/team/app:2")
            with pytest.raises(Unscannable, match="not found"):
                pull(f"{server.host}/team/other:1")
            image = pull(name)
            absent = dataclasses.replace(image.info.layers[0], digest=oci.sha256(b"absent"))
            with pytest.raises(Unscannable, match="layer 1/2: not found"), image.open_layer(absent) as reader:
                reader.read(1)

    @pytest.mark.parametrize("compression", ["none", "zstd"])
    def test_other_compressions(self, tmp_path: Path, compression: str) -> None:
        made = oci.image(LAYERS, compression=compression)
        path = oci.write_layout(tmp_path / "layout", made.blobs, oci.index([oci.tagged(made.descriptor, "1")]))
        with debian.debian_registry(tmp_path / "registry") as server:
            assert_is(pull(server.push(f"oci:{path}:1", "app:1")), made)

    def test_behind_a_password(self, tmp_path: Path, layout: Path) -> None:
        with debian.debian_registry(tmp_path / "registry", login=LOGIN) as server:
            name = server.push(f"oci:{layout}:1", "team/app:1")
            assert_is(pull(name, username=LOGIN.username, password=Secret(LOGIN.password)), AMD)
            with pytest.raises(Unscannable, match="anonymous") as failure:
                pull(name)
            assert "--username" in failure.value.hint
            with pytest.raises(Unscannable, match="this user"):
                pull(name, username=LOGIN.username, password=Secret("wrong"))
            auth = base64.b64encode(f"{LOGIN.username}:{LOGIN.password}".encode()).decode()
            (tmp_path / "config.json").write_text(json.dumps({"auths": {server.host: {"auth": auth}}}))
            assert_is(pull(name, environ={"DOCKER_CONFIG": str(tmp_path)}), AMD)

    def test_behind_tls_of_a_private_authority(self, tmp_path: Path, layout: Path) -> None:
        authority = Authority(tmp_path / "tls")
        issued = authority.issue("server", "localhost", "127.0.0.1")
        with debian.debian_registry(tmp_path / "registry", issued=issued, login=LOGIN) as server:
            name = server.push(f"oci:{layout}:1", "team/app:1")
            who: dict[str, Any] = {"username": LOGIN.username, "password": Secret(LOGIN.password), "insecure": False}
            assert_is(pull(name, ca_cert=str(authority.certificate), **who), AMD)
            assert_is(pull(name, environ={"SSL_CERT_FILE": str(authority.certificate)}, **who), AMD)
            with pytest.raises(TlsFailed) as failure:
                pull(name, **who)
            assert "--ca-cert" in failure.value.hint
