"""Who the user is at a registry: the command line, docker's and podman's files, credential helpers.

A credential belongs to exactly one host:port. Looked up only when a registry asks. Order: what was given explicitly;
then ``$REGISTRY_AUTH_FILE``; then ``$DOCKER_CONFIG/config.json`` (``~/.docker/config.json``); then podman's
``containers/auth.json`` under ``$XDG_RUNTIME_DIR`` and ``$XDG_CONFIG_HOME`` (``~/.config``). Inside a file,
as docker does it: ``credHelpers``, ``credsStore``, ``auths``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.secret import Secret
from scantling.model.errors import UsageError

from .credential_helper import HelperFailed, ask

_HUB = "docker.io"
_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_HUB_KEY = "https://index.docker.io/v1/"  # what docker login writes for Docker Hub
_TOKEN_USER = "<token>"  # noqa: S105 - helpers use it as a user name to say that the secret is an identity token


@dataclass(frozen=True, slots=True)
class Credential:
    """``password`` for Basic and for token servers, or ``identity_token`` (an OAuth2 refresh token), or
    ``registry_token`` (sent to the registry as it is). ``origin`` says where it was found, for messages."""

    username: str = ""
    password: Secret = Secret("")  # noqa: RUF009 - immutable
    identity_token: Secret = Secret("")  # noqa: RUF009
    registry_token: Secret = Secret("")  # noqa: RUF009
    origin: str = ""


@dataclass(slots=True)
class Keyring:
    """Finds the credential for a registry. ``explicit`` (from the command line) is for the target's registry.
    After ``find``, ``trouble`` tells in one sentence why a helper or file that was responsible gave nothing."""

    environ: Mapping[str, str]
    explicit: Credential | None = None
    trouble: str = field(default="", init=False)

    def find(self, host: str, repository: str) -> Credential | None:
        """The credential for ``host`` ("name" or "name:port", as in an image's name), or None. Raises ``UsageError``
        for a configuration file that cannot be read."""
        if self.explicit is not None:
            return self.explicit
        for path in _files(self.environ):
            data = _load(path)
            found = self._in_file(data, path, host, repository)
            if found is not None:
                return found
        return None

    def _in_file(self, data: dict[str, Any], path: Path, host: str, repository: str) -> Credential | None:
        helper = _helper_for(data, host)
        if helper:
            server = _HUB_KEY if _fold(host) == _HUB else host
            try:
                answer = ask(helper, server, self.environ)
            except HelperFailed as error:
                self.trouble = f"docker-credential-{error.name} (from {path}) {error.reason}"
                answer = None
            if answer is not None:
                return _from_pair(*answer, f"docker-credential-{helper}")
        return _from_auths(data.get("auths"), path, host, repository)


def _files(environ: Mapping[str, str]) -> list[Path]:
    home = environ.get("HOME", "")
    found = []
    if environ.get("REGISTRY_AUTH_FILE"):
        found.append(Path(environ["REGISTRY_AUTH_FILE"]))
    if environ.get("DOCKER_CONFIG"):
        found.append(Path(environ["DOCKER_CONFIG"], "config.json"))
    elif home:
        found.append(Path(home, ".docker", "config.json"))
    if environ.get("XDG_RUNTIME_DIR"):
        found.append(Path(environ["XDG_RUNTIME_DIR"], "containers", "auth.json"))
    if environ.get("XDG_CONFIG_HOME"):
        found.append(Path(environ["XDG_CONFIG_HOME"], "containers", "auth.json"))
    elif home:
        found.append(Path(home, ".config", "containers", "auth.json"))
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(limits.TOKEN_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"the registry credentials cannot be read: {error.strerror}", where=str(path)) from error
    if len(text) > limits.TOKEN_BYTES:
        raise UsageError("the registry credentials file is too large", where=str(path))
    try:
        data = json.loads(text or b"{}")
    except (ValueError, RecursionError):
        # "from None": a JSON error carries the text, and the text holds passwords
        raise UsageError("the registry credentials file is not valid JSON", where=str(path)) from None
    if not isinstance(data, dict):
        raise UsageError("the registry credentials file is not a JSON object", where=str(path))
    return data


def _helper_for(data: dict[str, Any], host: str) -> str:
    helpers = data.get("credHelpers")
    if isinstance(helpers, dict):
        for key in sorted(helpers):
            if _fold(key) == _fold(host) and isinstance(helpers[key], str):
                return str(helpers[key])
    store = data.get("credsStore")
    return store if isinstance(store, str) else ""


def _from_auths(auths: object, path: Path, host: str, repository: str) -> Credential | None:
    if not isinstance(auths, dict):
        return None
    entries = {_fold(key): auths[key] for key in sorted(auths, reverse=True) if isinstance(key, str)}
    parts = repository.split("/") if repository else []
    # podman binds credentials to a name space too: the most specific entry wins
    for count in range(len(parts), -1, -1):
        entry = entries.get("/".join([_fold(host), *parts[:count]]))
        if isinstance(entry, dict) and (found := _from_entry(entry, path)) is not None:
            return found
    return None


def _from_entry(entry: dict[str, Any], path: Path) -> Credential | None:
    def text(name: str) -> str:
        value = entry.get(name)
        return value if isinstance(value, str) else ""

    if text("registrytoken"):
        return Credential(registry_token=Secret(text("registrytoken")), origin=str(path))
    username, password = text("username"), text("password")
    if text("auth"):
        try:
            decoded = base64.b64decode(text("auth"), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise UsageError('an "auth" entry of the registry credentials is not base64', where=str(path)) from None
        username, _, password = decoded.partition(":")
        password = password.rstrip("\0")  # written so by old docker versions
    if text("identitytoken"):
        return Credential(username, identity_token=Secret(text("identitytoken")), origin=str(path))
    return _from_pair(username, password, str(path)) if username or password else None


def _from_pair(username: str, password: str, origin: str) -> Credential:
    if username == _TOKEN_USER:
        return Credential(identity_token=Secret(password), origin=origin)
    return Credential(username, Secret(password), origin=origin)


def _fold(key: str) -> str:
    """A key of ``auths`` as host[:port][/name/space]: no scheme, no API version, no default port."""
    key = key.strip()
    lower = key.lower()
    for scheme in ("https://", "http://"):
        if lower.startswith(scheme):
            key = key[len(scheme) :]
    host, _, path = key.partition("/")
    host, path = host.lower().removesuffix(":443"), path.strip("/")
    if host in _HUB_HOSTS:
        host = _HUB
    return host if path in {"", "v1", "v2"} else f"{host}/{path}"
