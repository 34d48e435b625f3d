"""Through a real tunnel: names are the proxy's business, TLS is still ours."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.net.client import Client, NetOptions, Timing, TlsFailed
from support.authority import Authority
from support.crooked_registry import Reply, running

HURRIED = Timing(sleep=lambda seconds: None)


class Tunnel:
    """A proxy that leads every CONNECT to one local port, whatever host was asked for."""

    def __init__(self, port: int) -> None:
        self.heads: list[bytes] = []
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        self.heads.append(head)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        server = socket.create_connection(("127.0.0.1", self._port))
        threading.Thread(target=_pour, args=(server, client), daemon=True).start()
        _pour(client, server)

    def close(self) -> None:
        self._listener.close()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def tunnel(authority: Authority) -> Iterator[Tunnel]:
    with running(authority.issue("server", "registry.example")) as registry:
        registry.rules.append(lambda request: Reply(200, b"through"))
        proxy = Tunnel(registry.port)
        yield proxy
        proxy.close()


def test_through_a_tunnel(authority: Authority, tunnel: Tunnel) -> None:
    door = Client(
        NetOptions(ca_cert=str(authority.certificate)),
        environ={"HTTPS_PROXY": tunnel.url.replace("://", "://me:pw@")},
        timing=HURRIED,
    )
    assert door.get_bytes("https://registry.example/x", 10, {"Authorization": "Basic canary"}) == b"through"
    assert b"CONNECT registry.example:443 HTTP/1.1" in tunnel.heads[0]
    assert b"proxy-authorization: Basic bWU6cHc=" in tunnel.heads[0].replace(b"Proxy-Auth", b"proxy-auth")
    assert b"canary" not in b"".join(tunnel.heads)


def test_the_certificate_is_still_checked(authority: Authority, tunnel: Tunnel) -> None:
    door = Client(NetOptions(ca_cert=str(authority.certificate)), environ={"https_proxy": tunnel.url}, timing=HURRIED)
    with pytest.raises(TlsFailed, match="another host name"):
        door.get_bytes("https://other.example/x", 10)
