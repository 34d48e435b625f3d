"""The one HTTP door, against a crooked server on loopback."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpcore
import pytest

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError
from scantling.net import backend
from scantling.net.client import Client, ConnectionFailed, NetOptions, Refused, Timing, TlsFailed
from support.authority import Authority
from support.crooked_registry import CrookedRegistry, Reply, Request, running

NO_PROXY: dict[str, str] = {}
HURRIED = Timing(sleep=lambda seconds: None, jitter=lambda: 0.5)


@pytest.fixture
def server() -> Iterator[CrookedRegistry]:
    with running() as registry:
        yield registry


def named(*servers: CrookedRegistry, **more: object) -> NetOptions:
    hosts = frozenset(server.host for server in servers)
    return replace(NetOptions(insecure=True, trusted_hosts=hosts), **more)  # type: ignore[arg-type]


def client(*servers: CrookedRegistry, **more: object) -> Client:
    return Client(named(*servers, **more), environ=NO_PROXY, timing=HURRIED)


def sends(server: CrookedRegistry, *replies: Reply) -> None:
    """Answer with each reply in turn; the last one for ever."""
    left = list(replies)
    server.rules.append(lambda request: left.pop(0) if len(left) > 1 else left[0])


def redirects(server: CrookedRegistry, location: str, status: int = 302) -> None:
    sends(server, Reply(status, b"", {"Location": location}))


def test_nothing_heavy_is_imported_before_a_request() -> None:
    code = "import sys; from scantling.net.client import Client; Client(); sys.exit('httpcore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_body_is_read_in_pieces_and_bounded(server: CrookedRegistry) -> None:
    sends(server, Reply(200, b"0123456789"))
    with client(server).request("GET", server.url) as response:
        assert [response.read(4), response.read(4), response.read(4), response.read(4)] == [
            b"0123",
            b"4567",
            b"89",
            b"",
        ]
    assert client(server).get_bytes(server.url, 10) == b"0123456789"
    with pytest.raises(Unscannable, match="longer than 9"):
        client(server).get_bytes(server.url, 9)


def test_compression_is_not_asked_for(server: CrookedRegistry) -> None:
    sends(server, Reply(200, b"x"))
    client(server).get_bytes(server.url, 10)
    assert server.requests[0].headers["accept-encoding"] == "identity"
    assert server.requests[0].headers["user-agent"].startswith("scantling/")


def test_passing_failures_are_tried_again(server: CrookedRegistry) -> None:
    sends(server, Reply(503), Reply(429, headers={"Retry-After": "garbage"}), Reply(200, b"fine"))
    assert client(server).get_bytes(server.url, 10) == b"fine"
    assert len(server.requests) == 3


def test_lasting_failures_are_not_tried_for_ever(server: CrookedRegistry) -> None:
    sends(server, Reply(500))
    with pytest.raises(Unscannable, match="500"):
        client(server).get_bytes(server.url, 10)
    assert len(server.requests) == limits.RETRIES + 1


def test_other_statuses_are_not_tried_again(server: CrookedRegistry) -> None:
    sends(server, Reply(404))
    with pytest.raises(Unscannable, match="404"):
        client(server).get_bytes(server.url, 10)
    assert len(server.requests) == 1


def test_retry_after_is_capped(server: CrookedRegistry) -> None:
    slept: list[float] = []
    sends(server, Reply(429, headers={"Retry-After": "1000000000"}), Reply(200, b"fine"))
    door = Client(named(server), environ=NO_PROXY, timing=Timing(sleep=slept.append))
    assert door.get_bytes(server.url, 10) == b"fine"
    assert slept == [limits.RETRY_AFTER_MAX_S]


def test_a_body_cut_short_is_fetched_again(server: CrookedRegistry) -> None:
    sends(server, Reply(200, b"x" * 100, reset_after=50), Reply(200, b"x" * 50, length="100"), Reply(200, b"x" * 100))
    assert client(server).get_bytes(server.url, 1000) == b"x" * 100


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000 + b"\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00" * 1000,
        b"",
    ],
)
def test_answers_that_are_not_http_are_failures(server: CrookedRegistry, raw: bytes) -> None:
    sends(server, Reply(raw=raw))
    with pytest.raises(ConnectionFailed):
        client(server).get_bytes(server.url, 1000)


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_dripping_peer_is_cut(server: CrookedRegistry, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setattr(backend.limits, "MIN_RATE_WINDOW_S", 0.3)
    text = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 900
    sends(server, Reply(raw=text, drip=0.02) if where == "head" else Reply(200, b"x" * 900, drip=0.02))
    with pytest.raises(ConnectionFailed, match="slow"):
        client(server).request("GET", server.url, retries=0).body(1000)


def test_a_silent_peer_is_cut(server: CrookedRegistry) -> None:
    sends(server, Reply(raw=b"HTTP", drip=2))
    with pytest.raises(ConnectionFailed):
        client(server, read_timeout_s=0.2).request("GET", server.url, retries=0)


# --- redirects and addresses ------------------------------------------------------------------------------------


def test_credentials_stay_with_their_host(server: CrookedRegistry) -> None:
    with running() as storage:
        sends(storage, Reply(200, b"blob"))
        redirects(server, storage.url + "/blob")
        secrets = {
            "Authorization": "Basic canary",
            "Cookie": "canary",
            "Private-Token": "canary",
            "Job-Token": "canary",
            "Accept": "text/plain",
        }
        assert client(server, storage).get_bytes(server.url, 10, secrets) == b"blob"
        assert server.requests[0].authorization == "Basic canary"
        assert "canary" not in str(storage.requests)
        assert storage.requests[0].headers["accept"] == "text/plain"


def test_credentials_do_not_come_back_with_the_way_back(server: CrookedRegistry) -> None:
    with running() as other:
        redirects(other, server.url + "/end")

        def rule(request: Request) -> Reply | None:
            return Reply(200, b"end") if request.path == "/end" else Reply(302, headers={"Location": other.url})

        server.rules.append(rule)
        client(server, other).get_bytes(server.url + "/start", 10, {"authorization": "canary"})
        assert [request.authorization for request in server.requests] == ["canary", ""]


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data", "https://169.254.169.254/", "https://127.0.0.1/", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://2130706433/", "https://0x7f.1/", "https://localhost/", "file:///etc/passwd",
        "gopher://127.0.0.1/", "https://10.0.0.1/", "https://192.168.0.1/", "https://100.64.0.1/", "https://0.0.0.0/",
        "https://[fd00::1]/", "https://[64:ff9b::7f00:1]/", "https://user:pw@example.com/", "http://example.com/",
    ],
)  # fmt: skip
def test_redirects_into_the_dark_are_refused(server: CrookedRegistry, location: str) -> None:
    redirects(server, location)
    with pytest.raises(Refused):
        client(server).get_bytes(server.url, 10)
    assert len(server.requests) == 1, "never tried again"


def test_another_port_of_the_same_host_is_another_host(server: CrookedRegistry) -> None:
    with running() as unnamed:
        redirects(server, unnamed.url)
        with pytest.raises(Refused):
            client(server).get_bytes(server.url, 10)
        assert unnamed.requests == []


def test_circles_end(server: CrookedRegistry) -> None:
    redirects(server, "/again")
    with pytest.raises(Refused, match="redirects"):
        client(server).get_bytes(server.url, 10)
    assert len(server.requests) == limits.REDIRECTS + 1


def resolving(*answers: list[str]) -> backend.Resolve:
    left = list(answers)
    return lambda host, port: left.pop(0)


def test_the_judged_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the name is resolved once; a second answer (private) would never be asked for."""
    connected: list[str] = []

    class Recorder(httpcore.NetworkBackend):
        def connect_tcp(self, host: str, *more: object, **others: object) -> httpcore.NetworkStream:
            connected.append(host)
            raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore, "SyncBackend", Recorder)
    resolver = resolving(["8.8.8.8", "2606:4700::1111"], ["127.0.0.1"])
    door = Client(NetOptions(), environ=NO_PROXY, timing=HURRIED, resolver=resolver)
    with pytest.raises(ConnectionFailed):
        door.request("GET", "https://rebind.example/", retries=0)
    assert connected == ["8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["8.8.8.8", "::ffff:7f00:1"], ["fe80::1%lo"]]
)
def test_one_bad_address_among_good_ones_is_enough(answers: list[str]) -> None:
    door = Client(NetOptions(), environ=NO_PROXY, timing=HURRIED, resolver=resolving(answers))
    with pytest.raises(Refused):
        door.get_bytes("https://registry.example/", 10)


def test_a_named_host_may_be_private_but_not_metadata() -> None:
    options = NetOptions(trusted_hosts=frozenset({"registry.example:443"}))
    door = Client(options, environ=NO_PROXY, timing=HURRIED, resolver=resolving(["169.254.169.254"]))
    with pytest.raises(Refused):
        door.get_bytes("https://registry.example/", 10)


def test_a_private_registry_may_lead_to_its_own_site() -> None:
    door = backend.CheckedBackend(frozenset({"registry.dev.corp:443"}), lambda: 0.0)
    with pytest.raises(Refused):
        door._judge("auth.dev.corp", "auth.dev.corp:443", "10.0.0.6")
    door._judge("registry.dev.corp", "registry.dev.corp:443", "10.0.0.5")
    door._judge("auth.dev.corp", "auth.dev.corp:443", "10.0.0.6")
    for host, address in [("other.corp", "10.0.0.6"), ("auth.dev.corp", "127.0.0.1"), ("auth.dev.corp", "169.254.0.1")]:
        with pytest.raises(Refused):
            door._judge(host, host + ":443", address)


def test_plain_http_only_where_it_was_asked_for(server: CrookedRegistry) -> None:
    with pytest.raises(Refused, match="plain http"):
        client(server, insecure=False).get_bytes(server.url, 10)
    with pytest.raises(Refused, match="plain http"):
        Client(NetOptions(insecure=True), environ=NO_PROXY).get_bytes("http://example.com/", 10)
    assert server.requests == []


def test_offline_makes_no_request(server: CrookedRegistry) -> None:
    with pytest.raises(UsageError, match="--offline"):
        client(server, offline=True).get_bytes(server.url, 10)
    assert server.requests == []


# --- TLS --------------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "tls")


def tls_failure(authority: Authority, issued_for: tuple[str, ...], **terms: object) -> TlsFailed:
    issued = authority.issue("server", *issued_for, **terms)  # type: ignore[arg-type]
    with running(issued) as registry:
        options = NetOptions(trusted_hosts=frozenset({registry.host}), ca_cert=str(authority.certificate))
        with pytest.raises(TlsFailed) as failure:
            Client(options, environ=NO_PROXY, timing=HURRIED).get_bytes(registry.url, 10)
        assert registry.requests == []
    return failure.value


def test_tls_with_an_own_authority(authority: Authority) -> None:
    with running(authority.issue("server", "127.0.0.1")) as registry:
        sends(registry, Reply(200, b"secret"))
        options = NetOptions(trusted_hosts=frozenset({registry.host}))
        with pytest.raises(TlsFailed) as failure:
            Client(options, environ=NO_PROXY, timing=HURRIED).get_bytes(registry.url, 10)
        assert "--ca-cert" in failure.value.hint
        for door in (
            Client(replace(options, ca_cert=str(authority.certificate)), environ=NO_PROXY),
            Client(options, environ={"SSL_CERT_FILE": str(authority.certificate)}),
            Client(replace(options, insecure=True), environ=NO_PROXY),
        ):
            assert door.get_bytes(registry.url, 10) == b"secret"


def test_insecure_is_for_named_hosts_alone(authority: Authority, server: CrookedRegistry) -> None:
    with running(authority.issue("server", "127.0.0.1"), name="localhost") as registry:
        redirects(server, registry.url)
        with pytest.raises(Refused):
            client(server).get_bytes(server.url, 10)
        assert registry.requests == []


def test_tls_failures_say_what_to_do(authority: Authority) -> None:
    assert "another host name" in tls_failure(authority, ("registry.example",)).what
    assert "self-signed" in tls_failure(authority, ("127.0.0.1",), self_signed=True).what


def test_certificate_dates_blame_the_clock(authority: Authority) -> None:
    """As a machine sees it whose clock is ten years off."""
    expired = tls_failure(authority, ("127.0.0.1",), from_days=-3650, to_days=-3620)
    assert "clock" in expired.what and "UTC" in expired.hint
    early = tls_failure(authority, ("127.0.0.1",), from_days=3000, to_days=3650)
    assert "clock" in early.what


def test_redirect_from_https_to_http_is_refused(authority: Authority, server: CrookedRegistry) -> None:
    with running(authority.issue("server", "127.0.0.1")) as registry:
        redirects(registry, server.url)
        with pytest.raises(Refused, match="https to plain http"):
            client(registry, server).get_bytes(registry.url, 10)
    assert server.requests == []


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_an_unusable_certificate_file_is_a_usage_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="--ca-cert"):
        Client(NetOptions(ca_cert=str(path)), environ=NO_PROXY).get_bytes("https://registry.example/", 10)


# --- names and proxies ------------------------------------------------------------------------------------------


def test_an_unknown_host_is_said_at_once() -> None:
    with pytest.raises(Unscannable, match="cannot be resolved"):
        Client(NetOptions(), environ=NO_PROXY, timing=HURRIED).get_bytes("https://registry.invalid/", 10)


def test_a_closed_port_is_said() -> None:
    options = NetOptions(trusted_hosts=frozenset({"127.0.0.1:9"}))
    with pytest.raises(ConnectionFailed, match="refused"):
        Client(options, environ=NO_PROXY, timing=HURRIED).get_bytes("https://127.0.0.1:9/", 10)


def test_a_proxy_that_wants_a_password(server: CrookedRegistry) -> None:
    sends(server, Reply(407, headers={"Proxy-Authenticate": "Basic"}))
    door = Client(NetOptions(), environ={"HTTPS_PROXY": server.url}, timing=HURRIED)
    with pytest.raises(Unscannable, match="proxy asks"):
        door.get_bytes("https://registry.example/", 10)
    assert server.requests[0].method == "CONNECT"
    assert server.requests[0].path == "registry.example:443"


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://0xa000001/", "https://169.254.169.254/"])
def test_a_proxy_is_not_asked_for_private_addresses(server: CrookedRegistry, url: str) -> None:
    with pytest.raises(Refused):
        Client(NetOptions(), environ={"HTTPS_PROXY": server.url}, timing=HURRIED).get_bytes(url, 10)
    assert server.requests == []


def test_the_proxys_password_is_sent_and_never_shown(server: CrookedRegistry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sends(server, Reply(502))
    url = server.url.replace("://", "://me:canary@")
    with pytest.raises(Unscannable) as failure:
        Client(NetOptions(), environ={"HTTPS_PROXY": url}, timing=HURRIED).get_bytes("https://registry.example/", 10)
    assert server.requests[0].headers["proxy-authorization"] == "Basic bWU6Y2FuYXJ5"
    shown = f"{failure.value!r} {failure.value} {failure.value.hint} {caplog.text}"
    assert "canary" not in shown and "bWU6Y2FuYXJ5" not in shown


def test_a_forked_child_makes_its_own_connections(server: CrookedRegistry) -> None:
    sends(server, Reply(200, b"fine"))
    door = client(server)
    assert door.get_bytes(server.url, 10) == b"fine"
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if door.get_bytes(server.url, 10) == b"fine" else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert door.get_bytes(server.url, 10) == b"fine", "the parent's connection still works"
