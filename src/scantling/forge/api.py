"""One call of a forge's API: bounded, with back-off, its failure in one sentence. The token is in a header alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from scantling.guard import limits
from scantling.guard.display import printable
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed, ScantlingError
from scantling.model.moment import iso
from scantling.net.client import Client
from scantling.net.retry import Attempts, is_transient

from .place import Place

_MESSAGE_CHARS = 300
_PAGE = 100


class NotPosted(ScantlingError):
    """The forge refused, or could not be reached. ``status`` is its answer's."""

    def __init__(self, what: str, *, where: str = "", hint: str = "", status: int = 0) -> None:
        super().__init__(what, where=where, hint=hint)
        self.status = status

    @property
    def may_pass(self) -> bool:
        """Whether another try may succeed."""
        return is_transient(self.status)


class Api:
    """``headers`` say who we are; ``hints`` what to do about a status, by its number."""

    def __init__(self, client: Client, place: Place, headers: Mapping[str, str], hints: Mapping[int, str]) -> None:
        self._client = client
        self._place = place
        self._headers = headers
        self._hints = hints

    def call(self, method: str, path: str, body: object = None, *, retries: int = limits.RETRIES) -> Any:
        """What the API answers to ``path`` (from its root), as JSON. Raises ``NotPosted`` for any status but a 2xx, and
        ``Unscannable`` where the server cannot be reached."""
        content = None if body is None else json.dumps(body).encode()
        headers = {**self._headers, "Accept": "application/json"} | (
            {"Content-Type": "application/json"} if body else {}
        )
        attempts = Attempts(self._client.timing, retries)
        while True:
            url = self._place.api + path
            response = self._client.request(method, url, headers=headers, content=content, retries=retries)
            with response:
                status, answer = response.status, response.body(limits.FORGE_BYTES)
                reset = response.headers.get("x-ratelimit-reset", "")
                wait = response.headers.get("retry-after", "")
                is_limit = status == 429 or (
                    status == 403 and (bool(wait) or response.headers.get("x-ratelimit-remaining", "") == "0")
                )
            if 200 <= status < 300:
                return self._value(answer, response.shown)
            if is_limit:
                if status == 403 and wait and attempts.again(wait):  # GitHub's secondary limit
                    continue
                raise NotPosted(
                    f"the rate limit of the API is used up{_until(reset)}", where=response.shown, status=429
                )
            raise self._refused(status, answer, response.shown)

    def listed(self, path: str, what: str, order: str = "") -> Iterator[dict[str, Any]]:
        """The objects of a list, page after page, of at most ``limits.COMMENT_PAGES`` pages. ``order`` is the
        query that sorts them. Raises as ``call`` does, and ``NotPosted`` for what is no list of ``what``."""
        for page in range(1, limits.COMMENT_PAGES + 1):
            query = "&".join(filter(None, (order, f"per_page={_PAGE}", f"page={page}")))
            found = self.call("GET", f"{path}?{query}")
            if not isinstance(found, list):
                raise NotPosted(f"the answer is no list of {what}", where=self._place.api)
            yield from (one for one in found if isinstance(one, dict))
            if len(found) < _PAGE:
                return

    def _refused(self, status: int, answer: bytes, where: str) -> NotPosted:
        said = ""
        try:
            value = loads(answer, max_bytes=limits.FORGE_BYTES, where=where)
            said = _message(value)
        except Malformed:
            pass
        # an echo of what we sent must not bring the token to a log
        said = printable(said.replace(self._place.token.reveal(), "***"), _MESSAGE_CHARS)
        words = {
            401: "the token is not accepted",
            403: "the token does not allow this",
            404: "not found, or the token may not see it",
            422: "the server does not take this",
        }.get(status, f"the server answered {status}")
        text = f"{words} ({status}): {said}" if said else f"{words} ({status})"
        return NotPosted(text, where=where, hint=self._hints.get(status, ""), status=status)

    def _value(self, answer: bytes, where: str) -> Any:
        if not answer:
            return None
        try:
            return loads(answer, max_bytes=limits.FORGE_BYTES, where=where)
        except Malformed as error:
            hint = "check --api-url: a web page is no API"
            raise NotPosted(f"the answer is not that of an API: {error.what}", where=where, hint=hint) from None


def _message(value: Any) -> str:
    """The words of an error: GitHub's ``message`` and ``errors``, GitLab's ``message`` or ``error``."""
    if not isinstance(value, dict):
        return ""
    parts = [value.get(name) for name in ("message", "error", "errors")]
    return "; ".join(part if isinstance(part, str) else json.dumps(part) for part in parts if part)


def _until(reset: str) -> str:
    if not (reset.isascii() and reset.isdigit()) or len(reset) > 12:
        return ""
    return f" until {iso(datetime.fromtimestamp(int(reset), UTC))}"
