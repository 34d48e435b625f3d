"""Whom to tell: the places that the user names, taken apart and checked before anything is scanned.

The addresses of Slack and Teams are passwords in themselves: no message shows more of one than its host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scantling.guard import limits
from scantling.model.errors import UsageError
from scantling.net.failure import Refused
from scantling.net.url import Url, parse_url

WEBHOOK, SLACK, TEAMS, MAIL = "webhook", "slack", "teams", "mail"
_HOSTS: Mapping[str, tuple[str, ...]] = {
    SLACK: ("hooks.slack.com", "hooks.slack-gov.com"),
    TEAMS: (".webhook.office.com", ".logic.azure.com", ".api.powerplatform.com"),
}
_ADDRESS = re.compile(r"[A-Za-z0-9._%+][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_HINT = "https://…, slack:https://…, teams:https://… or mailto:NAME@HOST"


@dataclass(frozen=True, slots=True, repr=False)
class Channel:
    """``url`` for all kinds but ``MAIL``, which has ``address``."""

    kind: str
    url: Url | None = None
    address: str = ""

    @property
    def shown(self) -> str:
        """For messages."""
        return f"{self.kind} at {self.url.netloc}" if self.url is not None else f"{self.kind} to {self.address}"


def channels(names: Iterable[str]) -> tuple[Channel, ...]:
    """Raises ``UsageError`` for what is no channel."""
    found = tuple(map(channel, names))
    if len(found) > limits.NOTIFY_CHANNELS:
        raise UsageError(f"more than {limits.NOTIFY_CHANNELS} places to tell", where="--notify")
    return found


def channel(text: str) -> Channel:
    """ "https://…" (Slack's and Teams' hosts are known), or with the kind before it."""
    if text.startswith("mailto:"):
        return Channel(MAIL, address=mail_address(text.removeprefix("mailto:"), "--notify"))
    kind, _, rest = text.partition(":")
    named = kind in {WEBHOOK, SLACK, TEAMS}
    try:
        url = parse_url(rest if named else text)
    except Refused as error:
        raise UsageError(f"not a place to tell: {error.what}", where="--notify", hint=_HINT) from None
    return Channel(kind if named else _kind(url.host), url)


def mail_address(text: str, option: str) -> str:
    """``text`` if it is a plain address. Raises ``UsageError``."""
    if not _ADDRESS.fullmatch(text):
        raise UsageError("not a mail address in plain ASCII", where=option, hint="NAME@HOST")
    return text


def _kind(host: str) -> str:
    for kind, hosts in _HOSTS.items():
        if any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts):
            return kind
    return WEBHOOK
