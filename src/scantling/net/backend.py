"""Sockets for httpcore: names are resolved once, every address is judged, and the judged address is the one connected
to, so that a second DNS answer cannot lead elsewhere. Imported only when a request is really made.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

import httpcore

from scantling.guard import limits

from .address import Reach, is_link_bound, literal, reach
from .failure import ConnectionFailed, Refused, name_not_found, translate
from .site import same_site
from .url import netloc

Resolve = Callable[[str, int], list[str]]
_LEAST_TRY_S = 3.0


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host`` in the resolver's order, each once. Raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore.NetworkBackend):
    """``trusted`` are "host:port" pairs that may be private or loopback; ``proxies`` the same, for proxies."""

    def __init__(self, trusted: frozenset[str], now: Callable[[], float], resolver: Resolve = resolve) -> None:
        self._trusted = trusted
        self._now = now
        self._resolve = resolver
        self._proxies: set[str] = set()
        self._private_hosts: set[str] = set()
        self._plain = httpcore.SyncBackend()

    def allow_proxy(self, where: str) -> None:
        """The user's proxy, "host:port", may be anywhere."""
        self._proxies.add(where)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        where = netloc(host, port)
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise name_not_found(error, where) from error
        except UnicodeError as error:  # getaddrinfo on labels over 63 characters
            raise Refused("the host is not a valid name", where=where) from error
        for address in addresses:
            self._judge(host, where, address)
        deadline = time.monotonic() + (timeout or limits.CONNECT_TIMEOUT_S)
        failure: Exception | None = None
        for index, address in enumerate(addresses):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            share = max(left / (len(addresses) - index), min(left, _LEAST_TRY_S))
            try:
                stream = self._plain.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return PacedStream(stream)
        if failure is None:
            raise ConnectionFailed("the name of the host has no address", where=where)
        raise translate(failure, where, self._now()) from failure

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def _judge(self, host: str, where: str, text: str) -> None:
        try:
            address = ip_address(text)
        except ValueError as error:
            raise Refused("the resolver gave no address", where=where) from error
        extent = reach(address)
        if where in self._proxies:
            return
        if where in self._trusted:
            if is_link_bound(address) and literal(host) != address:
                raise Refused(f"the name leads to {address}, a link-local or metadata address", where=where)
            if extent is Reach.PRIVATE:
                self._private_hosts.add(host)
            return
        if extent is Reach.PUBLIC:
            return
        # a registry inside a private network keeps its token server and its blobs there too
        if extent is Reach.PRIVATE and any(same_site(host, known) for known in self._private_hosts):
            return
        raise Refused(
            f"the server leads us to {address}, which is not a public address",
            where=where,
            hint="only a host that you name, or the own site of a private registry that you name, may lie there",
        )


class PacedStream(httpcore.NetworkStream):
    """A connection that cuts a peer which sends, but slower than ``MIN_BYTES_PER_S``, and endless headers.

    Only time spent waiting for the peer counts, and not the wait for the first byte of an answer, which the read
    timeout bounds.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._answering = False
        self._waited_s = 0.0
        self._received = 0
        self._head_bytes = 0
        self._in_head = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        start = time.monotonic()
        data = self._stream.read(max_bytes, timeout)
        if self._answering:
            self._waited_s += time.monotonic() - start
            self._received += len(data)
            if self._waited_s >= limits.MIN_RATE_WINDOW_S:
                if self._received < limits.MIN_BYTES_PER_S * self._waited_s:
                    raise httpcore.ReadTimeout("the server sends too slowly")
                self._waited_s, self._received = 0.0, 0
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > limits.HTTP_HEAD_BYTES:
                raise httpcore.RemoteProtocolError("the headers do not end")
        self._answering = True
        return data

    def head_is_read(self) -> None:
        """The final status and its headers are in: what follows is the body, which others bound."""
        self._in_head = False

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._answering = False
        self._waited_s, self._received, self._head_bytes = 0.0, 0, 0
        self._in_head = True
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return PacedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
