"""``--notify``: tells of a gate that failed and of what is new. What goes wrong here is a warning, no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard.display import printable
from scantling.model.errors import ScantlingError, UsageError

from .console import say
from .policies import history_of
from .settings import Settings

if TYPE_CHECKING:
    from scantling.guard.secret import Secret
    from scantling.model.report import Report
    from scantling.notify.channel import Channel
    from scantling.notify.event import Delta, Event
    from scantling.notify.web import Delivery

    Send = Callable[[Event], None]

_SECRET, _PASSWORD = "SCANTLING_NOTIFY_SECRET", "SCANTLING_SMTP_PASSWORD"


def notifier(settings: Settings) -> Callable[[Report, int], None] | None:
    """What to call with the report as it was shown and its exit code; None where nobody is to be told. Raises
    ``UsageError`` for what could never be sent."""
    if not settings.values.get("notify"):
        return None
    from scantling.notify.channel import channels

    found = channels(settings["notify"])
    how = _delivery(settings)
    sends = [(channel, _sender(channel, settings, how)) for channel in found]

    def tell(report: Report, code: int) -> None:
        if settings.values.get("offline"):
            say("warning: nobody was notified: --offline")
            return
        event = _event(report, code, settings)
        if event is None:
            return
        for channel, send in sends:
            try:
                send(event)
            except ScantlingError as error:
                say(f"warning: not notified: {printable(channel.shown)}: {printable(error.what)}")
            else:
                if not settings["quiet"]:
                    say(f"notified: {printable(channel.shown)}")

    return tell


def _event(report: Report, code: int, settings: Settings) -> Event | None:
    from datetime import UTC, datetime

    from scantling.model.moment import iso
    from scantling.notify.event import event

    return event(report, code, _delta(report, settings), settings["notify_on"], iso(datetime.now(UTC)))


def _delta(report: Report, settings: Settings) -> Delta | None:
    """What changed since the baseline, else since what the history knows; None, with a warning, if nobody can tell."""
    from scantling.notify.event import against_history, against_report

    try:
        base = settings.values.get("baseline")
        if base:
            from scantling.report.load import load_report

            return against_report(load_report(Path(base)), report, Path(base).name)
        from scantling.model.moment import parse
        from scantling.store.history import remember, user_history

        made = parse(report.created_at)
        if made is None:
            return None
        seen = remember(history_of(settings) or user_history(), report.findings, made)
        return against_history(report, {mark for mark, one in seen.items() if parse(one.first) == made})
    except ScantlingError as error:
        say(f"warning: what is new cannot be told: {printable(str(error))}")
        return None


def _delivery(settings: Settings) -> Delivery:
    from scantling.notify.web import Delivery, check_secret

    secret = _secret(settings, _SECRET, "notify_secret_file")
    check_secret(secret)
    return Delivery(secret, settings["notify_private"], settings.values.get("ca_cert") or "", settings.environ)


def _sender(channel: Channel, settings: Settings, how: Delivery) -> Send:
    from scantling.notify.channel import MAIL
    from scantling.notify.web import post

    if channel.kind == MAIL:
        return _mailer(channel, settings, how)
    return lambda event: post(channel, event, how)


def _mailer(channel: Channel, settings: Settings, how: Delivery) -> Send:
    if not settings["smtp"]:
        raise UsageError("no mail server", where="--smtp", hint="--smtp smtp://USER@HOST:587")
    from datetime import UTC, datetime

    from scantling.notify.channel import mail_address
    from scantling.notify.mail import message, send, server

    to = server(settings["smtp"], _secret(settings, _PASSWORD, "smtp_password_file"))
    sender = mail_address(settings["mail_from"] or f"scantling@{to.host}", "--mail-from")
    return lambda event: send(to, message(event, sender, [channel.address], datetime.now(UTC)), how)


def _secret(settings: Settings, variable: str, key: str) -> Secret:
    """A secret from a file, else from the environment; never from an argument, which every process can read."""
    from scantling.guard import limits
    from scantling.guard.secret import Secret
    from scantling.guard.user_file import read_bounded

    name = settings[key]
    if not name:
        return Secret(settings.environ.get(variable, ""))
    data = read_bounded(Path(name), limits.TOKEN_BYTES, "cannot read the secret")
    if len(data) > limits.TOKEN_BYTES:
        raise UsageError("the secret is too long", where=name)
    try:
        text = data.decode().strip("\r\n")
    except UnicodeDecodeError:
        raise UsageError("the secret is not text in UTF-8", where=name) from None
    if not text:
        raise UsageError("the secret is empty", where=name)
    return Secret(text)
