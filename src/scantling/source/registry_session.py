"""Requests to one repository of one registry (OCI distribution-spec 1.1): authorised, and refusals explained."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from scantling.guard import limits
from scantling.model.errors import Unscannable
from scantling.net.client import Client, ConnectionFailed, Response, TlsFailed
from scantling.net.url import Url, parse_url

from .auth import Authorizer, Denied

_CODES = frozenset(  # the error codes of the specification; nothing else that a registry writes is repeated
    {
        "BLOB_UNKNOWN", "DENIED", "MANIFEST_UNKNOWN", "NAME_INVALID", "NAME_UNKNOWN", "TOOMANYREQUESTS",
        "UNAUTHORIZED", "UNSUPPORTED",
    }
)  # fmt: skip
_HERE = frozenset({200, 206})
_LOGIN = "log in (docker login) or give --username and --password-stdin"


@dataclass(frozen=True, slots=True)
class Session:
    """``base`` is the registry's root URL, ``repository`` the name below /v2/."""

    client: Client
    base: Url
    repository: str
    authorizer: Authorizer

    def get(self, path: str, headers: Mapping[str, str], subject: str) -> Response:
        """A 200 or 206 answer to GET /v2/NAME/``path``, its body unread; for the rest see ``send``."""
        return self.send("GET", self.url(path), headers, subject)

    def url(self, path: str) -> str:
        """The address of /v2/NAME/``path``."""
        return f"{Url(self.base.scheme, self.base.host, self.base.port, '')}/v2/{self.repository}/{path}"

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        subject: str,
        content: bytes | None = None,
        accepted: frozenset[int] = _HERE,
    ) -> Response:
        """An answer with one of the ``accepted`` statuses, its body unread. ``subject`` names what is wanted, for
        messages. A ``url`` on another host than the registry's is sent no authorization.

        Raises ``Unscannable`` for every other status; a 401 is answered once with new authorization."""
        is_own = parse_url(url).origin == self.base.origin
        renewed = False
        while True:
            authorization = self.authorizer.headers() if is_own else {}
            response = self.client.request(method, url, headers={**headers, **authorization}, content=content)
            if response.status in accepted:
                return response
            try:
                if response.status == 401 and not renewed and self.authorizer.answer(response):
                    renewed = True
                    response.discard()
                    continue
                raise self._explain(response, subject)
            finally:
                response.close()

    def _explain(self, response: Response, subject: str) -> Unscannable:
        where, status = f"{self.base.netloc}/{self.repository}", response.status
        away = parse_url(response.url).origin != self.base.origin
        code = _error_code(response)
        if away and status >= 400:
            return Unscannable(
                f"{subject}: the storage that the registry redirects to answered {status}", where=response.shown
            )
        if status in {401, 403} or code in {"UNAUTHORIZED", "DENIED"}:
            return self._no_entry(status, subject, where)
        if status == 404:
            return self._not_there(response, code, subject, where)
        if status == 429:
            return Unscannable(
                "the registry allows no more requests for now",
                where=where,
                hint=f"wait, or {_LOGIN}: limits are higher then" if self.authorizer.is_anonymous else "wait",
            )
        if status >= 500:
            return Unscannable(f"{subject}: the registry failed with {status}", where=where, hint="try again later")
        return Unscannable(f"{subject}: the registry gave an unexpected answer, {status}", where=where)

    def _no_entry(self, status: int, subject: str, where: str) -> Denied:
        if self.authorizer.is_anonymous:
            remark = self.authorizer.remark
            hint = f"check the name; if it is private, {_LOGIN}"
            return Denied(
                f"{subject}: not found, or not for anonymous users (HTTP {status})",
                where=where,
                hint=f"{remark}; {hint}" if remark else hint,
            )
        return Denied(
            f"{subject}: not found, or not for this user (HTTP {status})",
            where=where,
            hint="check the name, the credentials and the user's permissions",
        )

    @staticmethod
    def _not_there(response: Response, code: str, subject: str, where: str) -> Unscannable:
        if code == "NAME_UNKNOWN":
            return Unscannable("the registry has no such repository", where=where, hint="check the image's name")
        if code or "docker-distribution-api-version" in response.headers:
            return Unscannable(f"{subject}: not found", where=where, hint="check the tag or digest")
        return Unscannable(
            f"{subject}: not found, and the server does not answer like a registry",
            where=where,
            hint="check the registry's host and port",
        )


def find_base(client: Client, host: str, port: int | None) -> Url:
    """The registry's root. https, unless the user allowed ``insecure`` and only plain http is spoken there."""
    secure = Url("https", host, port if port is not None else 443, "/")
    if not client.options.insecure or not client.is_named(secure):
        return secure
    try:
        client.request("GET", f"{secure}v2/", retries=0).close()
    except (TlsFailed, ConnectionFailed):
        plain = Url("http", host, port if port is not None else 80, "/")
        if client.is_named(plain):
            return plain
        raise
    return secure


def _error_code(response: Response) -> str:
    """The first known code of the specification's error body, "" when there is none."""
    if "json" not in response.headers.get("content-type", "").lower():
        return ""
    try:
        answer = json.loads(response.body(limits.TOKEN_BYTES))
        errors = answer.get("errors") if isinstance(answer, dict) else None
        codes = [item.get("code") for item in errors or () if isinstance(item, dict)]
    except (ValueError, RecursionError, TypeError, Unscannable):
        return ""
    return next((code for code in codes if isinstance(code, str) and code in _CODES), "")
