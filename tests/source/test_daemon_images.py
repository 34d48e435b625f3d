"""Docker's and Podman's API, as a socket in this process serves it: real docker-archive bytes, whole or in chunks."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from scantling.model.errors import Unscannable, UsageError
from scantling.source.catalog import SourceOptions, open_target
from support import oci

LAYERS = [oci.tar({"etc/a": "1" * 9000}), oci.tar({"etc/b": "2"}), oci.tar({})]
HISTORY = [{"CreatedBy": line, "Size": size} for line, size in (("CMD", 0), ("THREE", 9), ("TWO", 1), ("ONE", 9000))]
INSPECT: dict[str, Any] = {
    "Id": "sha256:" + "c" * 64,
    "RepoTags": ["app:1"],
    "RepoDigests": ["app@sha256:" + "d" * 64],
    "Created": "2024-01-02T03:04:05Z",
    "Os": "linux",
    "Architecture": "amd64",
    "Config": {"User": "web", "Env": ["A=b"], "Cmd": ["run"], "Healthcheck": {"Test": ["CMD", "true"]}},
    "RootFS": {"Type": "layers", "Layers": [oci.sha256(layer) for layer in LAYERS]},
}


class Engine(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    archive = b""
    chunked = False
    cut = 0
    status = 200

    def get_request(self) -> tuple[Any, Any]:
        return self.socket.accept()[0], ("engine", 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Engine  # type: ignore[assignment]

    def do_GET(self) -> None:
        _, _, name, what = self.path.split("/", 3) if self.path.count("/") == 3 else ("", "", "", "")
        if self.server.status != 200:
            self._send(self.server.status, b'{"message":"on fire"}')
        elif name != "app:1":
            self._send(404, b'{"message":"No such image"}')
        elif what == "json":
            self._send(200, json.dumps(INSPECT).encode())
        elif what == "history":
            self._send(200, json.dumps(HISTORY).encode())
        elif self.server.chunked:
            self._chunks(self.server.archive)
        else:
            self._send(200, self.server.archive)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) - self.server.cut] if self.path.endswith("/get") else body)
        self.close_connection = True

    def _chunks(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body) - self.server.cut, 1000):
            part = body[start : start + 1000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        if not self.server.cut:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    path = tmp_path / "podman" / "podman.sock"
    path.parent.mkdir()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    monkeypatch.delenv("CONTAINER_HOST", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with Engine(str(path), _Handler) as server:
        server.archive = oci.docker_archive(LAYERS, legacy=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def streamed(target: str) -> dict[str, bytes]:
    image = open_target(target, SourceOptions(offline=True))
    found = {}
    for name, reader in image.stream_layers():
        data = b""
        while part := reader.read(777):
            data += part
        found[name] = data
    return found


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
@pytest.mark.parametrize("modern", [False, True], ids=["flat", "oci-inside"])
@pytest.mark.parametrize("target", ["docker:app:1", "podman:app:1", "app:1"])
def test_every_layer_comes_in_the_streams_order(engine: Engine, target: str, chunked: bool, modern: bool) -> None:
    engine.chunked = chunked
    engine.archive = oci.docker_archive(LAYERS, modern=modern)
    assert sorted(streamed(target).values()) == sorted(LAYERS)


def test_the_engine_describes_the_image(engine: Engine) -> None:
    info = open_target("podman:app:1", SourceOptions()).info
    assert (info.kind, info.repository, info.platform) == ("podman", "app", "linux/amd64")
    assert (info.config_digest, info.image_digest) == ("sha256:" + "c" * 64, "sha256:" + "d" * 64)
    assert [layer.diff_id for layer in info.layers] == [oci.sha256(layer) for layer in LAYERS]
    assert [layer.created_by for layer in info.layers] == ["ONE", "TWO", "THREE"]
    assert info.config.healthcheck == ("CMD", "true")
    assert info.config.user == "web"
    assert info.gaps == ()


def test_another_platform_is_said(engine: Engine) -> None:
    info = open_target("docker:app:1", SourceOptions(platform="linux/arm64")).info
    assert [(gap.what, gap.blocks) for gap in info.gaps] == [("other-platform", True)]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_broken_stream_is_never_a_whole_image(engine: Engine, chunked: bool) -> None:
    engine.chunked = chunked
    engine.cut = len(engine.archive) - 6000
    with pytest.raises(Unscannable):
        streamed("docker:app:1")


def test_what_the_engine_has_not_is_not_found(engine: Engine) -> None:
    with pytest.raises(Unscannable, match="no such image"):
        open_target("docker:other:1", SourceOptions())
    with pytest.raises(Unscannable, match="--offline"):
        open_target("other:1", SourceOptions(offline=True))


def test_an_engine_in_trouble_is_quoted(engine: Engine) -> None:
    engine.status = 500
    with pytest.raises(Unscannable, match="500: on fire"):
        open_target("docker:app:1", SourceOptions())


def test_no_engine_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(Unscannable, match="not running") as caught:
        open_target("docker:app:1", SourceOptions())
    assert "docker-archive:" in caught.value.hint


def test_an_address_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://host")
    with pytest.raises(UsageError):
        open_target("docker:app:1", SourceOptions())
