"""Plain HTTP to a container engine's API socket, which the user's own machine provides."""

from __future__ import annotations

import http.client
import json
import os
import socket
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed, Unscannable, UsageError


class NoSuchImage(Unscannable):
    """The engine answers, but does not have the image."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an engine listens: a unix socket's ``path``, or ``host`` and ``port``. ``engine`` is for messages."""

    engine: str
    path: str = ""
    host: str = "localhost"
    port: int = 2375

    def __str__(self) -> str:
        return self.path or f"tcp://{self.host}:{self.port}"


def parse_endpoint(engine: str, text: str) -> Endpoint:
    """DOCKER_HOST's value: ``unix:///path`` or ``tcp://host:port``. Raises ``UsageError``."""
    if text.startswith("unix://") and len(text) > len("unix://"):
        return Endpoint(engine, text.removeprefix("unix://"))
    try:
        url = urlsplit(text)
        if url.scheme in {"tcp", "http"} and url.hostname:
            return Endpoint(engine, "", url.hostname, url.port or 2375)
    except ValueError:
        pass
    hint = "use unix:///path or tcp://host:port, or save the image and scan docker-archive:FILE"
    raise UsageError("cannot use this engine address", where=text[:200], hint=hint)


def endpoints(engine: str) -> list[Endpoint]:
    """Where ``engine`` ("docker" or "podman") may listen on this machine, first choice first."""
    if engine == "docker":
        host = os.environ.get("DOCKER_HOST", "")
        return [parse_endpoint(engine, host)] if host else [Endpoint(engine, "/var/run/docker.sock")]
    host = os.environ.get("CONTAINER_HOST", "")
    if host:
        return [parse_endpoint(engine, host)]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    paths = [f"{runtime}/podman/podman.sock"] if runtime else []
    return [Endpoint(engine, path) for path in (*paths, "/run/podman/podman.sock")]


class _Connection(http.client.HTTPConnection):
    def __init__(self, endpoint: Endpoint, timeout_s: float) -> None:
        super().__init__(endpoint.host, endpoint.port, timeout=timeout_s)
        self._endpoint = endpoint

    def connect(self) -> None:
        if not self._endpoint.path:
            super().connect()
            return
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.settimeout(self.timeout)
            self.sock.connect(self._endpoint.path)
        except OSError:
            self.sock.close()
            raise


class Answer:
    """An open answer with status 200; read it, then close it."""

    def __init__(self, endpoint: Endpoint, path: str, timeout_s: float) -> None:
        self._endpoint = endpoint
        self.position = 0
        self._connection = _Connection(endpoint, timeout_s)
        try:
            self._connection.request("GET", path, headers={"Host": "localhost", "Accept-Encoding": "identity"})
            self._response = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise self._failure(error) from None
        if self._response.status != 200:
            status, text = self._response.status, self._message()
            self.close()
            if status == 404:
                raise NoSuchImage(f"{endpoint.engine} has no such image", where=str(endpoint), hint="pull it first")
            raise Unscannable(f"{endpoint.engine} answered {status}{text}", where=str(endpoint))

    def read(self, size: int, /) -> bytes:
        """Raises ``Unscannable`` when the connection breaks; ``b""`` only at a whole body's end."""
        try:
            data = self._response.read(size)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failure(error) from None
        if size > 0 and not data and self._response.length:  # fewer bytes than Content-Length announced
            raise self._failure(EOFError())
        self.position += len(data)
        return data

    def skip(self, count: int) -> None:
        while count > 0:
            data = self.read(min(count, 1 << 18))
            if not data:
                raise Unscannable(f"{self._endpoint.engine}'s archive is cut short", where=str(self._endpoint))
            count -= len(data)

    def close(self) -> None:
        self._connection.close()

    def _message(self) -> str:
        try:
            answer = json.loads(self._response.read(4_096))
            text = answer.get("message", "") if isinstance(answer, dict) else ""
        except (ValueError, RecursionError, OSError, http.client.HTTPException):
            return ""
        return f": {text[:300]}" if isinstance(text, str) and text else ""

    def _failure(self, error: Exception) -> Unscannable:
        engine, where = self._endpoint.engine, str(self._endpoint)
        if isinstance(error, FileNotFoundError | ConnectionRefusedError):
            hint = f"start {engine}, set DOCKER_HOST, or save the image and scan docker-archive:FILE"
            return Unscannable(f"{engine} is not running here", where=where, hint=hint)
        if isinstance(error, PermissionError):
            hint = f"join the socket's group or run as its owner; or: {engine} save IMAGE > FILE, docker-archive:FILE"
            return Unscannable(f"no permission to use {engine}'s socket", where=where, hint=hint)
        if isinstance(error, TimeoutError):
            return Unscannable(f"{engine} does not answer in time", where=where, hint=f"check that {engine} works")
        if isinstance(error, OSError) and error.strerror:
            return Unscannable(f"cannot talk to {engine}: {error.strerror}", where=where)
        return Unscannable(f"{engine}'s answer breaks off or is no HTTP", where=where, hint="try again")


def get_json(endpoint: Endpoint, path: str, timeout_s: float) -> object:
    """The JSON under ``path``. Raises ``NoSuchImage`` or ``Unscannable``."""
    answer = Answer(endpoint, path, timeout_s)
    try:
        parts: list[bytes] = []
        while (data := answer.read(1 << 16)) and answer.position <= limits.CONFIG_BYTES:
            parts.append(data)
    finally:
        answer.close()
    try:
        return strict_json.loads(b"".join(parts), max_bytes=limits.CONFIG_BYTES, where=str(endpoint))
    except Malformed as error:
        raise Unscannable(f"{endpoint.engine}'s answer is {error.what}", where=str(endpoint)) from None


def image_path(name: str, rest: str) -> str:
    """The API path of an image."""
    return f"/images/{quote(name, safe='/:@')}/{rest}"
