"""A registry on loopback that does as told: honest by default, and crooked wherever a test adds a rule.

Rules are asked in order before the honest answer; each may give a ``Reply`` or None. Every request is recorded.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from support.authority import Issued

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True)
class Request:
    """``headers`` have lower-case names; ``path`` is without the query."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")


@dataclass
class Reply:
    """What to send. ``length`` overrides Content-Length ("" leaves it out). ``reset_after`` resets the connection
    after that many bytes of the body; ``drip`` sends the body one byte at a time with pauses of that many seconds.
    ``raw`` replaces the whole answer, status line included."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: str | None = None
    reset_after: int | None = None
    drip: float | None = None
    raw: bytes | None = None


Rule = Callable[[Request], Reply | None]


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


class CrookedRegistry:
    """``host`` is "127.0.0.1:PORT" (or ``name``:PORT)."""

    def __init__(self, tls: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.rules: list[Rule] = []
        self.requests: list[Request] = []
        self.ranges = True
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.host = f"{name}:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add_blob(self, data: bytes) -> str:
        self.blobs[digest(data)] = data
        return digest(data)

    def add_manifest(self, repository: str, tag: str, data: bytes, media_type: str = OCI_MANIFEST) -> str:
        """Under its tag (if any) and under its digest."""
        for reference in {tag, digest(data)} - {""}:
            self.manifests[(repository, reference)] = (media_type, data)
        return digest(data)

    def asked(self, fragment: str) -> list[Request]:
        """The recorded requests whose path holds ``fragment``."""
        return [request for request in self.requests if fragment in request.path]

    def reply(self, request: Request) -> Reply:
        self.requests.append(request)
        for rule in self.rules:
            if (reply := rule(request)) is not None:
                return reply
        return self.honest(request)

    def honest(self, request: Request) -> Reply:
        api = {"Docker-Distribution-Api-Version": "registry/2.0"}
        if request.path == "/v2/":
            return Reply(200, b"{}", {**api, "Content-Type": "application/json"})
        parts = request.path.removeprefix("/v2/").rsplit("/", 2)
        if len(parts) == 3 and parts[1] == "manifests" and (parts[0], parts[2]) in self.manifests:
            media_type, data = self.manifests[(parts[0], parts[2])]
            return Reply(200, data, {**api, "Content-Type": media_type, "Docker-Content-Digest": digest(data)})
        if len(parts) == 3 and parts[1] == "blobs" and parts[2] in self.blobs:
            return self._blob(self.blobs[parts[2]], request, api)
        code = "BLOB_UNKNOWN" if "/blobs/" in request.path else "MANIFEST_UNKNOWN"
        return refusal(404, code)

    def _blob(self, data: bytes, request: Request, headers: dict[str, str]) -> Reply:
        wanted = request.headers.get("range", "")
        if not (self.ranges and wanted):
            return Reply(200, data, headers)
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        span = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return Reply(206, data[start:], {**headers, "Content-Range": span})


def refusal(status: int, code: str, **headers: str) -> Reply:
    """An error as the distribution-spec has it; underscores in header names stand for hyphens."""
    body = b'{"errors":[{"code":"%s","message":"no"}]}' % code.encode()
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"Content-Type": "application/json", **fields})


def bearer(realm: str, repository: str, service: str = "crooked") -> Reply:
    """A 401 that names a token server."""
    challenge = f'Bearer realm="{realm}",service="{service}",scope="repository:{repository}:pull"'
    return refusal(401, "UNAUTHORIZED", WWW_Authenticate=challenge)


@contextlib.contextmanager
def running(issued: Issued | None = None, name: str = "127.0.0.1") -> Iterator[CrookedRegistry]:
    registry = CrookedRegistry(issued.context() if issued else None, name)
    try:
        yield registry
    finally:
        registry.close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are the point here: no traceback."""


def _handler(registry: CrookedRegistry) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def _serve(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = registry.reply(Request(self.command, path, query, headers, self.rfile.read(length)))
            self._send(reply)

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        do_PATCH = do_PUT = do_HEAD = do_POST  # noqa: N815

        def do_CONNECT(self) -> None:
            self._serve()

        def _send(self, reply: Reply) -> None:
            if reply.raw is not None:
                self._dribble(reply.raw, reply.drip)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.length != "":
                self.send_header("Content-Length", reply.length or str(len(reply.body)))
            else:
                self.close_connection = True
            self.end_headers()
            if self.command == "HEAD":
                return
            if reply.reset_after is not None and reply.reset_after < len(reply.body):
                self.wfile.write(reply.body[: reply.reset_after])
                self.wfile.flush()
                time.sleep(0.05)  # let what was sent arrive: a reset throws away what is under way
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
                return
            self._dribble(reply.body, reply.drip)
            if reply.length is not None:
                self.close_connection = True

        def _dribble(self, data: bytes, pause: float | None) -> None:
            if pause is None:
                self.wfile.write(data)
                return
            for index in range(len(data)):
                self.wfile.write(data[index : index + 1])
                self.wfile.flush()
                time.sleep(pause)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler
