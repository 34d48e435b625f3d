"""The one HTTP door: every request of the program goes through ``Client``, and its rules hold for each.

https only (plain HTTP for hosts the user named, with ``insecure``); at most ``REDIRECTS`` redirects, never from https
to http, credentials dropped as soon as host, port or scheme change; public addresses only, but for named hosts;
timeouts, a minimum rate, retries with a cap. Through a proxy the proxy resolves names, so that only literal
addresses and local names can be judged here. Next: ``source.registry`` and ``db`` use it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError

from . import proxy, tls
from .address import Reach, is_local_name, literal, reach
from .failure import ConnectionFailed, Refused, TlsFailed, translate
from .options import NetOptions
from .response import Headers, Response
from .retry import Attempts, Timing, is_transient
from .url import Url, follow, parse_url

if TYPE_CHECKING:
    import ssl

    import httpcore

    from .backend import CheckedBackend, Resolve

__all__ = ["Client", "ConnectionFailed", "Headers", "NetOptions", "Refused", "Response", "Timing", "TlsFailed"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "private-token", "job-token"})
_KEEP_ALIVE_S = 30.0
_CONNECTIONS = 10


@dataclass(slots=True)
class _Pools:
    """Open connections of one process, by (proxy, verified)."""

    pid: int
    backend: CheckedBackend
    pools: dict[tuple[str, bool], httpcore.ConnectionPool] = field(default_factory=dict)


class Client:
    """Makes requests under ``options``. May be used from several threads, and in a forked child: connections are made
    anew in each process. ``environ`` gives the proxy and certificate settings; ``timing`` the clock and sleep."""

    def __init__(
        self,
        options: NetOptions = NetOptions(),  # noqa: B008 - frozen
        *,
        environ: Mapping[str, str] | None = None,
        timing: Timing = Timing(),  # noqa: B008 - frozen
        resolver: Resolve | None = None,
    ) -> None:
        self.options = options
        self.timing = timing
        self._environ = dict(os.environ if environ is None else environ)
        self._resolver = resolver
        self._state: _Pools | None = None

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        retries: int = limits.RETRIES,
        retry_budget_s: float = limits.RETRY_TOTAL_S,
    ) -> Response:
        """The final answer, whatever its status, its body unread. Redirects of GET and HEAD are followed. Failed
        connections, 429 and passing 5xx are tried again ``retries`` times, with pauses of ``retry_budget_s`` seconds
        at most together; the last such answer is returned.

        Raises ``ConnectionFailed``, ``TlsFailed``, ``Refused`` (all ``Unscannable``), or ``UsageError`` when offline.
        """
        target = parse_url(url)
        if self.options.offline:
            raise UsageError(
                "the network is needed, and --offline forbids it", where=target.shown(), hint="leave out --offline"
            )
        attempts = Attempts(self.timing, retries, retry_budget_s)
        while True:
            try:
                response = self._follow(method, target, dict(headers or {}), content)
            except ConnectionFailed:
                if attempts.again():
                    continue
                raise
            if is_transient(response.status) and attempts.again(response.headers.get("retry-after", "")):
                response.discard()
                continue
            return response

    def get_bytes(self, url: str, max_bytes: int, headers: Mapping[str, str] | None = None) -> bytes:
        """The body of a 200 answer. Raises ``Unscannable`` for any other status and for a longer body; a body cut
        short is fetched again."""
        attempts = Attempts(self.timing)
        while True:
            response = self.request("GET", url, headers=headers)
            try:
                if response.status != 200:
                    raise Unscannable(f"the server answered {response.status}", where=response.shown)
                return response.body(max_bytes)
            except ConnectionFailed:
                if not attempts.again():
                    raise
            finally:
                response.close()

    def close(self) -> None:
        """Close the connections of this process. The client can be used again afterwards."""
        state, self._state = self._state, None
        if state is not None and state.pid == os.getpid():
            for pool in state.pools.values():
                pool.close()

    def is_named(self, url: Url) -> bool:
        """Whether the user named this host and port."""
        return url.netloc in self.options.trusted_hosts

    def _follow(self, method: str, url: Url, headers: dict[str, str], content: bytes | None) -> Response:
        for _ in range(limits.REDIRECTS + 1):
            response = self._once(method, url, headers, content)
            location = response.headers.get("location", "")
            if response.status not in _REDIRECTS or method not in {"GET", "HEAD"} or not location:
                return response
            response.discard()
            there = follow(url, location)
            if url.scheme == "https" and there.scheme == "http":
                raise Refused("the server redirects from https to plain http", where=there.netloc)
            if there.origin != url.origin:
                headers = {name: value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}
            url = there
        raise Refused(f"more than {limits.REDIRECTS} redirects", where=url.netloc)

    def _once(self, method: str, url: Url, headers: dict[str, str], content: bytes | None) -> Response:
        import httpcore

        through = proxy.proxy_for(url, self._environ)
        self._admit(url, through)
        wait = self.options.read_timeout_s
        timeouts = {"connect": self.options.connect_timeout_s, "read": wait, "write": wait, "pool": wait}
        fields = {"host": url.netloc_header, "user-agent": self.options.user_agent, "accept-encoding": "identity"}
        if content is not None:
            fields["content-length"] = str(len(content))
        fields.update({name.lower(): value for name, value in headers.items()})
        request = httpcore.Request(
            method,
            httpcore.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.target),
            headers=list(fields.items()),
            content=content,
            extensions={"timeout": timeouts},
        )
        try:
            raw = self._pool(url, through).handle_request(request)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
            raise self._failure(error, url) from error
        end_of_head = getattr(raw.extensions.get("network_stream"), "head_is_read", None)
        if end_of_head is not None:
            end_of_head()
        return Response(raw, str(url), lambda error: self._failure(error, url))

    def _admit(self, url: Url, through: str) -> None:
        """Rules that need no connection."""
        named = self.is_named(url)
        if url.scheme == "http" and not (named and self.options.insecure):
            raise Refused("plain http is not spoken to this host", where=url.netloc, hint="use https, or --insecure")
        if through and not named:  # the proxy will resolve the name: judge what can be judged
            address = literal(url.host)
            if is_local_name(url.host) or (address is not None and reach(address) is not Reach.PUBLIC):
                raise Refused("the server leads us to an address that is not public", where=url.netloc)

    def _failure(self, error: Exception, url: Url) -> Unscannable:
        return translate(error, url.netloc, self.timing.now())

    def _pool(self, url: Url, through: str) -> httpcore.ConnectionPool:
        import logging

        import httpcore

        state = self._state
        if state is None or state.pid != os.getpid():  # a forked child must not touch its parent's sockets
            from .backend import CheckedBackend, resolve

            # at level DEBUG it logs every header it receives: signed locations, cookies
            logging.getLogger("httpcore").setLevel(logging.WARNING)

            state = _Pools(
                os.getpid(),
                CheckedBackend(self.options.trusted_hosts, self.timing.now, self._resolver or resolve),
            )
            self._state = state
        verify = not (self.options.insecure and self.is_named(url))
        key = (through, verify)
        pool = state.pools.get(key)
        if pool is None:
            context = tls.verified(self.options.ca_cert, self._environ) if verify else tls.unverified()
            if through:
                pool = self._proxy_pool(through, context, state.backend)
            else:
                pool = httpcore.ConnectionPool(
                    ssl_context=context,
                    max_connections=_CONNECTIONS,
                    keepalive_expiry=_KEEP_ALIVE_S,
                    network_backend=state.backend,
                )
            pool = state.pools.setdefault(key, pool)
        return pool

    def _proxy_pool(self, through: str, context: ssl.SSLContext, backend: CheckedBackend) -> httpcore.ConnectionPool:
        from urllib.parse import unquote, urlsplit

        import httpcore

        try:
            parts = urlsplit(through)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise UsageError("the proxy's URL is not valid", hint="check HTTPS_PROXY and HTTP_PROXY") from error
        address = Url(parts.scheme.lower(), host, port, "/")
        backend.allow_proxy(address.netloc)
        auth = None
        if parts.username is not None:
            auth = (unquote(parts.username), unquote(parts.password or ""))
        return httpcore.HTTPProxy(
            proxy_url=str(address),
            proxy_auth=auth,
            ssl_context=context,
            max_connections=_CONNECTIONS,
            keepalive_expiry=_KEEP_ALIVE_S,
            network_backend=backend,
        )
