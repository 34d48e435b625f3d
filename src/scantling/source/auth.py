"""Answers a registry's 401: Basic, or Bearer with a token from the realm that the registry names.

Where credentials may go (a hostile registry could name any realm):

* to the registry's own host and port, after it asked for them;
* to a realm on the same site (``net.site``: the same name, or the same registrable parent domain), over https;
* to a realm on a host that the user named (``NetOptions.trusted_hosts``).

Any other https realm is asked for an anonymous token, without credentials. A plain http realm is refused, unless the
registry itself is spoken to in plain http by the user's wish and the realm is that same host:port or a named one.
A challenge that comes from any other host than the registry (after a redirect) is not answered.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from urllib.parse import urlencode

from scantling.guard import limits
from scantling.guard.secret import Secret
from scantling.model.errors import Unscannable
from scantling.net.client import Client, Refused, Response
from scantling.net.site import same_site
from scantling.net.url import Url, parse_url

from .challenge import Challenge, parse_challenges
from .credentials import Credential, Keyring

_CLIENT_ID = "scantling"
_DEFAULT_LIFE_S = 60.0  # the token specification: "for compatibility ... 60 seconds"
_LONGEST_LIFE_S = 3600.0
_TOKEN_CHARS = 65_536


class Denied(Unscannable):
    """The registry or its token server does not let us in. ``what`` says which and whether credentials were sent."""


@dataclass(frozen=True, slots=True)
class _Token:
    header: Secret
    until: float


class Authorizer:
    """The ``Authorization`` for one repository of one registry.

    ``host`` is the registry as the image's name spells it (the key of credentials), ``registry`` the URL that is
    spoken to. ``bearer`` is the user's own token (``--registry-token``), ``actions`` what is asked for ("pull,push").
    """

    def __init__(
        self,
        client: Client,
        registry: Url,
        *,
        host: str,
        repository: str,
        keyring: Keyring,
        bearer: Secret | None = None,
        actions: str = "pull",
    ) -> None:
        self._client = client
        self._registry = registry
        self._host = host
        self._repository = repository
        self._actions = actions
        self._keyring = keyring
        self._tokens: dict[tuple[str, str, str], _Token] = {}
        self._fixed = bool(bearer)
        self._current = Secret(f"Bearer {bearer.reveal()}") if bearer else Secret("")
        self._credential: Credential | None = None
        self._looked_up = False
        self._remarks: list[str] = []

    def headers(self) -> dict[str, str]:
        """What to send with a request to the registry: nothing before it has asked."""
        return {"authorization": self._current.reveal()} if self._current else {}

    @property
    def remark(self) -> str:
        """What may explain a refusal: withheld or missing credentials, a helper that failed. One sentence or ""."""
        remarks = [*self._remarks, self._keyring.trouble] if self._keyring.trouble else self._remarks
        return "; ".join(dict.fromkeys(remarks))

    @property
    def is_anonymous(self) -> bool:
        """Whether no credential of the user's is in play."""
        return self._credential is None and not self._fixed

    def answer(self, response: Response) -> bool:
        """Prepare another ``headers()`` after a 401; False when there is nothing better than what was sent.

        Raises ``Refused`` for a realm that must not be spoken to, ``Denied`` when the token server says no.
        """
        if self._fixed:
            return False
        if parse_url(response.url).origin != self._registry.origin:
            return False
        challenges = parse_challenges(response.headers.all("www-authenticate"))
        for scheme, answer in (("bearer", self._bearer), ("basic", self._basic)):
            for challenge in challenges:
                if challenge.scheme == scheme:
                    return answer(challenge)
        return False

    def _basic(self, _: Challenge) -> bool:
        credential = self._lookup()
        if credential is None or not (credential.username or credential.password):
            return False
        return self._adopt(_basic_header(credential))

    def _bearer(self, challenge: Challenge) -> bool:
        credential = self._lookup()
        if credential is not None and credential.registry_token:
            return self._adopt(Secret(f"Bearer {credential.registry_token.reveal()}"))
        realm = self._realm(challenge.get("realm"))
        scope = _scope(challenge.get("scope"), self._repository, self._actions)
        key = (str(realm), challenge.get("service"), scope)
        now = self._client.timing.now()
        kept = self._tokens.get(key)
        if kept is not None and kept.until > now and self._adopt(kept.header):
            return True
        if credential is not None and not self._may_have_credentials(realm):
            self._remark(f"your credentials were not sent to {realm.netloc}, which is another site than the registry")
            credential = None
        token, life_s = self._fetch(realm, challenge.get("service"), scope, credential)
        header = Secret(f"Bearer {token.reveal()}")
        self._tokens[key] = _Token(header, now + life_s * 0.9)
        return self._adopt(header)

    def _adopt(self, header: Secret) -> bool:
        fresh = header != self._current
        self._current = header
        return fresh

    def _lookup(self) -> Credential | None:
        if not self._looked_up:
            self._credential = self._keyring.find(self._host, self._repository)
            self._looked_up = True
        return self._credential

    def _remark(self, text: str) -> None:
        self._remarks.append(text)

    def _realm(self, text: str) -> Url:
        if not text:
            raise Denied("the registry asks for a token and does not say where to get one", where=self._registry.netloc)
        realm = parse_url(text)
        if realm.scheme == "http":
            here = self._registry.scheme == "http" and realm.netloc == self._registry.netloc
            if not here and not (self._registry.scheme == "http" and self._client.is_named(realm)):
                raise Refused("the registry sends us to a token server in plain http", where=realm.netloc)
        return realm

    def _may_have_credentials(self, realm: Url) -> bool:
        if realm.origin == self._registry.origin or self._client.is_named(realm):
            return True
        return realm.scheme == "https" and same_site(realm.host, self._registry.host)

    def _fetch(self, realm: Url, service: str, scope: str, credential: Credential | None) -> tuple[Secret, float]:
        query = [("service", service)] if service else []
        query.append(("scope", scope))
        if credential is not None and credential.identity_token:
            form = [*query, ("grant_type", "refresh_token"), ("client_id", _CLIENT_ID)]
            form.append(("refresh_token", credential.identity_token.reveal()))
            headers = {"content-type": "application/x-www-form-urlencoded"}
            response = self._client.request("POST", str(realm), headers=headers, content=urlencode(form).encode())
        else:
            headers = {}
            if credential is not None:
                query.append(("account", credential.username))
                headers = {"authorization": _basic_header(credential).reveal()}
            joint = "&" if "?" in realm.target else "?"
            response = self._client.request("GET", f"{realm}{joint}{urlencode(query)}", headers=headers)
        with response:
            if response.status in {400, 401, 403, 404}:
                raise self._refusal(response.status, realm, credential)
            if response.status != 200:
                raise Unscannable(
                    f"the token server answered {response.status}", where=realm.netloc, hint="try again later"
                )
            return _read_token(response.body(limits.TOKEN_BYTES), realm)

    def _refusal(self, status: int, realm: Url, credential: Credential | None) -> Denied:
        if credential is not None:
            found = f" from {credential.origin}" if credential.origin else ""
            return Denied(
                f"the token server does not accept the credentials{found} (HTTP {status})",
                where=realm.netloc,
                hint="check user name and password, or log in again",
            )
        return Denied(
            f"the token server gives no token to anonymous users (HTTP {status})",
            where=realm.netloc,
            hint="; ".join(
                part
                for part in (
                    self.remark,
                    "check the image's name; if it is private, log in (docker login) or give --username and "
                    "--password-stdin",
                )
                if part
            ),
        )


def _basic_header(credential: Credential) -> Secret:
    pair = f"{credential.username}:{credential.password.reveal()}".encode()
    return Secret("Basic " + base64.b64encode(pair).decode("ascii"))


def _scope(asked: str, repository: str, actions: str) -> str:
    """The scope to ask for: the repository that the challenge names (registries may map names), and no more actions
    than are needed, whatever the challenge offers."""
    name = repository
    kind, _, rest = asked.split(" ", maxsplit=1)[0].partition(":")
    if kind == "repository" and ":" in rest:
        mapped = rest.rpartition(":")[0]
        if mapped and len(mapped) <= 512 and mapped.isascii() and mapped.isprintable():
            name = mapped
    return f"repository:{name}:{actions}"


def _read_token(body: bytes, realm: Url) -> tuple[Secret, float]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        # "from None": the exception would carry the body, and with it the token
        raise Unscannable("the token server's answer is not JSON", where=realm.netloc) from None
    token = (answer.get("token") or answer.get("access_token")) if isinstance(answer, dict) else None
    if not isinstance(token, str) or not 0 < len(token) <= _TOKEN_CHARS or not _is_header_safe(token):
        raise Unscannable("the token server's answer holds no token", where=realm.netloc)
    life = answer.get("expires_in")
    if not isinstance(life, (int, float)) or isinstance(life, bool) or not life > 0:
        return Secret(token), _DEFAULT_LIFE_S
    return Secret(token), float(min(life, _LONGEST_LIFE_S))


def _is_header_safe(token: str) -> bool:
    return token.isascii() and all(" " < char <= "~" for char in token)
