"""Webhook, Slack and Teams: one bounded POST, to public addresses unless others are allowed, redirected nowhere.

A webhook with a secret is signed as Standard Webhooks has it (standardwebhooks.com, 1.0): ``webhook-id``,
``webhook-timestamp``, and in ``webhook-signature`` "v1," and the base64 of HMAC-SHA256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scantling.guard import limits
from scantling.guard.secret import Secret
from scantling.model.errors import ScantlingError, UsageError
from scantling.net.client import Client, Refused, Timing
from scantling.net.options import NetOptions

from .channel import SLACK, TEAMS, Channel
from .event import Event, payload
from .words import lines, title

_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How to send. ``private`` allows hosts in private networks and on this machine, and plain http to them."""

    secret: Secret
    private: bool
    ca_cert: str
    environ: Mapping[str, str]
    timing: Timing = Timing()  # noqa: RUF009 - frozen


def post(channel: Channel, event: Event, how: Delivery) -> None:
    """Raises ``ScantlingError`` that names no more of the address than its host."""
    url = channel.url
    assert url is not None
    body = content(channel.kind, event)
    headers = {"Content-Type": "application/json"}
    if channel.kind not in {SLACK, TEAMS}:
        headers |= signed(body, how.secret, int(how.timing.now()))
    options = NetOptions(
        ca_cert=how.ca_cert,
        insecure=how.private and url.scheme == "http",
        trusted_hosts=frozenset({url.netloc}) if how.private else frozenset(),
        connect_timeout_s=limits.NOTIFY_TIMEOUT_S,
        read_timeout_s=limits.NOTIFY_TIMEOUT_S,
    )
    client = Client(options, environ=how.environ, timing=how.timing)
    try:
        with client.request(
            "POST", str(url), headers=headers, content=body, retries=limits.NOTIFY_RETRIES,
            retry_budget_s=limits.NOTIFY_TIMEOUT_S,
        ) as response:  # fmt: skip
            status = response.status
    except Refused as error:
        hint = "" if how.private else " (--notify-private allows private networks and plain http to them)"
        raise ScantlingError(f"{error.what}{hint}", where=url.netloc) from None
    except ScantlingError as error:  # their place may show more of the address than its host
        raise ScantlingError(error.what, where=url.netloc) from None
    finally:
        client.close()
    if 300 <= status < 400:
        raise ScantlingError(f"it redirects ({status}), and redirects are not followed", where=url.netloc)
    if not 200 <= status < 300:
        raise ScantlingError(f"it answered {status}", where=url.netloc)


def content(kind: str, event: Event) -> bytes:
    """The body of the request."""
    if kind == SLACK:
        return json.dumps(_slack(event)).encode()
    if kind == TEAMS:
        return json.dumps(_teams(event)).encode()
    return json.dumps(payload(event)).encode()


def signed(body: bytes, secret: Secret, now: int) -> dict[str, str]:
    """The headers that tell a receiver which delivery it is (the same for each try), when, and from whom. ``secret`` is
    any text, or "whsec_" and base64; without one there is no signature."""
    id_ = f"msg_{hashlib.sha256(body).hexdigest()[:32]}"
    headers = {"webhook-id": id_, "webhook-timestamp": str(now)}
    if secret:
        headers["webhook-signature"] = signature(id_, now, body, secret)
    return headers


def signature(id_: str, now: int, body: bytes, secret: Secret) -> str:
    """Version 1 of Standard Webhooks."""
    mac = hmac.new(_key(secret), f"{id_}.{now}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(mac.digest()).decode()}"


def check_secret(secret: Secret) -> None:
    """Raises ``UsageError`` for a secret that cannot be used."""
    _key(secret)


def _key(secret: Secret) -> bytes:
    text = secret.reveal()
    if not text.startswith(_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise UsageError("the secret of the webhook begins with whsec_ and is not base64 behind it") from None


def _slack(event: Event) -> dict[str, Any]:
    """Block Kit. Plain text alone: no name can become a link, a mention or a channel's alarm."""
    words = "\n".join(lines(event))
    return {
        "text": _escaped(title(event)),
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": title(event)[:150], "emoji": False}},
            {"type": "section", "text": {"type": "plain_text", "text": words[:3_000], "emoji": False}},
        ],
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(event: Event) -> dict[str, Any]:
    """An adaptive card. Text runs alone: they know no Markdown."""
    runs = [{"type": "TextRun", "text": title(event), "weight": "Bolder", "size": "Large"}]
    body = [{"type": "RichTextBlock", "inlines": runs}]
    body += [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in lines(event)]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}
