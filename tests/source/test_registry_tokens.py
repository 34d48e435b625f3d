"""Tokens and passwords: which are sent where, with the crooked registry as registry and as token server."""

from __future__ import annotations

import base64
import json
import logging
import traceback
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from scantling.guard.secret import Secret
from scantling.model.errors import ScantlingError, Unscannable
from scantling.net.client import Client, NetOptions, Refused, Timing
from scantling.net.url import parse_url
from scantling.source.auth import Authorizer, Denied
from scantling.source.credentials import Credential, Keyring
from scantling.source.registry_fetch import fetch_manifest
from scantling.source.registry_session import Session
from support.authority import Authority
from support.crooked_registry import CrookedRegistry, Reply, Request, bearer, refusal, running

BODY = b'{"schemaVersion": 2}'
PASSWORD = "canary-password"
USER = Credential("me", Secret(PASSWORD), origin="the test")
BASIC = "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode()


class Tokens:
    """A token server's rule: gives "token-1", "token-2" ... ; the registry's rule takes only the last one."""

    def __init__(self, realm: str = "") -> None:
        self.realm = realm
        self.given = 0
        self.asked: list[Request] = []
        self.demand = ""

    def __call__(self, request: Request) -> Reply | None:
        if request.path == "/token":
            self.asked.append(request)
            if self.demand and request.authorization != self.demand:
                return Reply(401, b'{"details":"incorrect username or password"}')
            self.given += 1
            answer = {"token": f"token-{self.given}", "expires_in": 300}
            return Reply(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})
        if self.given == 0 or request.authorization != f"Bearer token-{self.given}":
            return bearer(self.realm, "app")
        return None

    def query(self, index: int = -1) -> dict[str, list[str]]:
        return urllib.parse.parse_qs(self.asked[index].query)


@pytest.fixture
def registry() -> Iterator[CrookedRegistry]:
    with running() as server:
        server.add_manifest("app", "1", BODY)
        yield server


@pytest.fixture
def tokens(registry: CrookedRegistry) -> Tokens:
    rule = Tokens(registry.url + "/token")
    registry.rules.append(rule)
    return rule


def session(
    registry: CrookedRegistry,
    credential: Credential | None = None,
    *also: CrookedRegistry,
    bearer: Secret | None = None,
    environ: dict[str, str] | None = None,
    ca_cert: str = "",
) -> Session:
    named = frozenset(server.host for server in (registry, *also))
    timing = Timing(sleep=lambda seconds: None)
    options = NetOptions(insecure=not ca_cert, trusted_hosts=named, ca_cert=ca_cert)
    client = Client(options, environ=environ or {}, timing=timing)
    base = parse_url(registry.url)
    keyring = Keyring(environ or {}, credential)
    auth = Authorizer(client, base, host=registry.host, repository="app", keyring=keyring, bearer=bearer)
    return Session(client, base, "app", auth)


def pull(session: Session) -> bytes:
    return fetch_manifest(session, "1", "app:1").body


def test_an_open_registry_is_sent_nothing(registry: CrookedRegistry) -> None:
    assert pull(session(registry, USER)) == BODY
    assert [request.authorization for request in registry.requests] == [""]


def test_anonymous_token(registry: CrookedRegistry, tokens: Tokens) -> None:
    opened = session(registry)
    assert pull(opened) == BODY
    assert tokens.query() == {"service": ["crooked"], "scope": ["repository:app:pull"]}
    assert tokens.asked[0].authorization == ""
    assert pull(opened) == BODY
    assert len(tokens.asked) == 1, "the token is kept"


def test_token_with_a_password(registry: CrookedRegistry, tokens: Tokens) -> None:
    tokens.demand = BASIC
    assert pull(session(registry, USER)) == BODY
    assert tokens.query()["account"] == ["me"]
    asked = registry.asked("/v2/")
    assert [request.authorization for request in asked] == ["", "Bearer token-1"], (
        "the password goes to the realm alone"
    )


def test_token_with_an_identity_token(registry: CrookedRegistry, tokens: Tokens) -> None:
    assert pull(session(registry, Credential(identity_token=Secret("refresh-me")))) == BODY
    asked = tokens.asked[0]
    assert asked.method == "POST" and asked.query == "" and asked.authorization == ""
    form = urllib.parse.parse_qs(asked.body.decode())
    assert form["grant_type"] == ["refresh_token"] and form["refresh_token"] == ["refresh-me"]
    assert form["scope"] == ["repository:app:pull"] and form["service"] == ["crooked"]


def test_a_token_of_the_users_own(registry: CrookedRegistry, tokens: Tokens) -> None:
    tokens.given = 1
    assert pull(session(registry, bearer=Secret("token-1"))) == BODY
    with pytest.raises(Denied):
        pull(session(registry, bearer=Secret("another")))
    assert tokens.asked == []


def test_a_token_may_expire_on_the_way(registry: CrookedRegistry, tokens: Tokens) -> None:
    opened = session(registry)
    pull(opened)
    tokens.given += 1  # the first one is worth nothing any more
    assert pull(opened) == BODY
    assert len(tokens.asked) == 2


def test_a_registry_that_is_never_content(registry: CrookedRegistry, tokens: Tokens) -> None:
    registry.rules.insert(0, lambda request: None if request.path == "/token" else bearer(tokens.realm, "app"))
    with pytest.raises(Denied) as failure:
        pull(session(registry))
    assert len(registry.asked("/v2/")) == 2
    assert "--username" in failure.value.hint


def test_basic(registry: CrookedRegistry) -> None:
    def rule(request: Request) -> Reply | None:
        return (
            None if request.authorization == BASIC else refusal(401, "UNAUTHORIZED", WWW_Authenticate='Basic realm="x"')
        )

    registry.rules.append(rule)
    assert pull(session(registry, USER)) == BODY
    with pytest.raises(Denied, match="anonymous"):
        pull(session(registry))
    with pytest.raises(Denied, match="this user"):
        pull(session(registry, Credential("me", Secret("wrong"))))


def test_the_configuration_is_found_by_host_and_port(registry: CrookedRegistry, tokens: Tokens, tmp_path: Path) -> None:
    tokens.demand = BASIC
    entry = {"auth": base64.b64encode(f"me:{PASSWORD}".encode()).decode()}
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.host: entry}}))
    assert pull(session(registry, environ={"DOCKER_CONFIG": str(tmp_path)})) == BODY
    (tmp_path / "config.json").write_text(json.dumps({"auths": {"127.0.0.1:1": entry, "127.0.0.1": entry}}))
    with pytest.raises(Denied):
        pull(session(registry, environ={"DOCKER_CONFIG": str(tmp_path)}))


def test_a_broken_helper_is_mentioned_when_it_matters(
    registry: CrookedRegistry, tokens: Tokens, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text('{"credsStore": "absent"}')
    environ = {"DOCKER_CONFIG": str(tmp_path), "PATH": str(tmp_path)}
    assert pull(session(registry, environ=environ)) == BODY
    registry.rules.insert(0, lambda request: Reply(403) if request.path == "/token" else None)
    with pytest.raises(Denied) as failure:
        pull(session(registry, environ=environ))
    assert "docker-credential-absent" in failure.value.hint


# --- realms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "realm",
    [
        "file:///etc/passwd", "ftp://127.0.0.1/", "http://evil.example/token", "//evil.example/token", "", "token",
        "http://me:pw@127.0.0.1/", "https://169.254.169.254/token", "https://[::1]/token", "http://127.0.0.1/token",
    ],
)  # fmt: skip
def test_realms_that_are_not_asked(registry: CrookedRegistry, realm: str) -> None:
    registry.rules.append(lambda request: bearer(realm, "app"))
    with pytest.raises((Refused, Denied)):
        pull(session(registry, USER))
    assert all(not request.authorization for request in registry.requests)


def test_a_realm_on_another_site_gets_no_credentials(tmp_path: Path) -> None:
    """Named as 127.0.0.1 and as localhost the two servers are two sites. The foreign one is asked, but anonymously."""
    authority = Authority(tmp_path)
    issued = authority.issue("server", "127.0.0.1", "localhost")
    with running(issued) as registry, running(issued, name="localhost") as foreign:
        registry.add_manifest("app", "1", BODY)
        rule = Tokens(foreign.url + "/token")
        registry.rules.append(rule)
        foreign.rules.append(rule)
        opened = session(registry, USER, foreign, ca_cert=str(authority.certificate))
        opened.authorizer._client.is_named = lambda url: url.host == "127.0.0.1"  # type: ignore[method-assign]
        assert pull(opened) == BODY
        assert rule.asked[0].authorization == "" and "account" not in rule.query()
        assert "canary" not in str(registry.requests) + str(foreign.requests)
        assert base64.b64encode(PASSWORD.encode()).decode()[:12] not in str(foreign.requests)
        rule.demand, rule.given = BASIC, 0
        with pytest.raises(Denied) as failure:
            pull(session_without_naming(opened))
        assert "were not sent to localhost" in failure.value.hint


def session_without_naming(opened: Session) -> Session:
    auth = opened.authorizer
    fresh = Authorizer(auth._client, auth._registry, host=auth._host, repository="app", keyring=auth._keyring)
    return Session(opened.client, opened.base, "app", fresh)


def test_a_named_realm_gets_them(registry: CrookedRegistry) -> None:
    with running(name="localhost") as server:
        rule = Tokens(server.url + "/token")
        rule.demand = BASIC
        registry.rules.append(rule)
        server.rules.append(rule)
        assert pull(session(registry, USER, server)) == BODY


def test_a_challenge_from_elsewhere_is_not_answered(registry: CrookedRegistry) -> None:
    with running() as storage:
        storage.rules.append(lambda request: refusal(401, "UNAUTHORIZED", WWW_Authenticate="Basic realm=x"))
        registry.rules.append(lambda request: Reply(307, headers={"Location": storage.url + "/blob?signature=canary"}))
        with pytest.raises(Unscannable) as failure:
            pull(session(registry, USER, storage))
        assert [request.authorization for request in storage.requests] == [""]
        assert "canary" not in str(failure.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"{}", b"[]", b'{"token": ""}', b'{"token": 1}', b'{"token": "a\\r\\nX: y"}', b"<html>log in</html>",
        b'{"token": "' + b"x" * 100_000 + b'"}', b"x" * (2**20 + 1), b"[" * 100_000, b'{"token": "\\u00e9"}',
    ],
)  # fmt: skip
def test_answers_without_a_token(registry: CrookedRegistry, tokens: Tokens, answer: bytes) -> None:
    registry.rules.insert(0, lambda request: Reply(200, answer) if request.path == "/token" else None)
    with pytest.raises(Unscannable):
        pull(session(registry))


@pytest.mark.parametrize("life", [-1, 0, 10**400, "soon", True, None, 1e308])
def test_odd_lifetimes(registry: CrookedRegistry, tokens: Tokens, life: object) -> None:
    answer = json.dumps({"access_token": "token-1", "expires_in": life}).encode()
    tokens.given = 1
    registry.rules.insert(0, lambda request: Reply(200, answer) if request.path == "/token" else None)
    assert pull(session(registry)) == BODY


def test_more_than_pulling_is_never_asked_for(registry: CrookedRegistry, tokens: Tokens) -> None:
    challenge = f'Bearer realm="{tokens.realm}",service="crooked",scope="repository:mapped/app:pull,push,delete"'
    registry.rules.insert(
        0,
        lambda request: (
            None
            if request.path == "/token" or request.authorization
            else refusal(401, "UNAUTHORIZED", WWW_Authenticate=challenge)
        ),
    )
    assert pull(session(registry)) == BODY
    assert tokens.query()["scope"] == ["repository:mapped/app:pull"]


# --- nothing leaks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crook", ["echo", "deny", "reset", "html", "redirect"])
def test_the_password_is_in_no_error_and_no_log(
    registry: CrookedRegistry, tokens: Tokens, caplog: pytest.LogCaptureFixture, crook: str
) -> None:
    caplog.set_level(logging.DEBUG)

    def rule(request: Request) -> Reply | None:
        if request.path != "/token":
            return None
        return {
            "echo": refusal(401, request.authorization + PASSWORD),
            "deny": Reply(403, request.authorization.encode()),
            "reset": Reply(200, b"x" * 100, reset_after=1),
            "html": Reply(200, b"<html>" + request.authorization.encode(), {"Content-Type": "text/html"}),
            "redirect": Reply(302, headers={"Location": f"http://{PASSWORD}@x/?{request.authorization}"}),
        }[crook]

    registry.rules.insert(0, rule)
    opened = session(registry, USER)
    with pytest.raises(ScantlingError) as failure:
        pull(opened)
    trace = "".join(traceback.format_exception(failure.value))
    shown = f"{trace} {failure.value!r} {failure.value.hint} {failure.value.where} {opened!r} {USER!r} {caplog.text}"
    assert tokens or registry.asked("/token"), "the password was sent"
    for form in (PASSWORD, BASIC.removeprefix("Basic "), urllib.parse.quote(PASSWORD)):
        assert form not in shown
