"""E-mail over SMTP with TLS: STARTTLS, or TLS from the start. The server's address is judged and pinned as every other;
its answers are bounded in size and time."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from scantling.guard import limits
from scantling.guard.secret import Secret
from scantling.model.errors import ScantlingError, UsageError
from scantling.net import tls
from scantling.net.url import netloc

from .event import Event
from .web import Delivery
from .words import lines, title

_PORTS = {"smtp": 587, "smtps": 465}
_HELLO = "[127.0.0.1]"  # RFC 5321, 4.1.3: an address where there is no name; ours is nobody's business
_HINT = "--smtp smtp://USER@HOST:587 (STARTTLS) or smtps://USER@HOST:465"


@dataclass(frozen=True, slots=True)
class Server:
    """``user`` is "" where none is needed."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: Secret


def server(text: str, password: Secret) -> Server:
    """The server that ``--smtp`` names. Raises ``UsageError``."""
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise UsageError("not a mail server", where="--smtp", hint=_HINT) from None
    if not port or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UsageError("not a mail server", where="--smtp", hint=_HINT)
    if parts.password is not None:
        hint = "put it into SCANTLING_SMTP_PASSWORD, or a file: --smtp-password-file"
        raise UsageError("a password in the address", where="--smtp", hint=hint)
    user = unquote(parts.username or "")
    if user and not password:
        raise UsageError("a user without a password", where="--smtp", hint="set SCANTLING_SMTP_PASSWORD")
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password)


def message(event: Event, sender: str, recipients: Sequence[str], now: datetime) -> EmailMessage:
    """The mail."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["Subject"] = f"[scantling] {title(event)}"
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join((title(event), "", *lines(event), "")))
    return mail


def send(to: Server, mail: EmailMessage, how: Delivery) -> None:
    """Raises ``ScantlingError`` for a mail that the server did not take."""
    where = netloc(to.host, to.port)
    context = tls.verified(how.ca_cert, how.environ)
    client: _Client | None = None
    try:
        client = _Client(to, _connector(to, how), context)
        if not to.is_tls:
            client.ehlo()
            if not client.has_extn("starttls"):
                raise ScantlingError("it offers no encryption (STARTTLS)", where=where)
            client.starttls(context=context)
        if to.user:
            client.login(to.user, to.password.reveal())
        client.send_message(mail)
    except ssl.SSLError as error:
        raise ScantlingError(f"TLS failed: {error.reason or 'no handshake'}", where=where) from None
    except smtplib.SMTPResponseException as error:
        raise ScantlingError(f"it answered {error.smtp_code}", where=where) from None
    except smtplib.SMTPServerDisconnected:
        raise ScantlingError("it broke off, or did not answer in time", where=where) from None
    except smtplib.SMTPRecipientsRefused:
        raise ScantlingError("it takes no mail for the recipient", where=where) from None
    except smtplib.SMTPException as error:
        raise ScantlingError(f"it does not speak SMTP as expected ({type(error).__name__})", where=where) from None
    except OSError as error:
        raise ScantlingError(f"the connection failed: {error.strerror or 'no answer in time'}", where=where) from None
    finally:
        if client is not None:
            client.close()


def _connector(to: Server, how: Delivery) -> Callable[[], socket.socket]:
    """Makes a socket to an address of the server that may be spoken to."""

    def connect() -> socket.socket:
        from scantling.net.backend import CheckedBackend

        trusted = frozenset({netloc(to.host, to.port)}) if how.private else frozenset()
        backend = CheckedBackend(trusted, how.timing.now)
        stream = backend.connect_tcp(to.host, to.port, limits.NOTIFY_TIMEOUT_S)
        return cast(socket.socket, stream.get_extra_info("socket"))  # the stream holds no other

    return connect


class _Client(smtplib.SMTP):
    """``smtplib`` with our socket below it and a bound on what the server may say, in bytes and seconds."""

    def __init__(self, to: Server, connect: Callable[[], socket.socket], context: ssl.SSLContext) -> None:
        self._connect_checked = connect
        self._tls = context if to.is_tls else None
        self._deadline = time.monotonic() + limits.NOTIFY_TOTAL_S
        self._left = limits.NOTIFY_ANSWER_BYTES
        super().__init__(to.host, to.port, local_hostname=_HELLO, timeout=limits.NOTIFY_TIMEOUT_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - smtplib's hook
        plain = self._connect_checked()
        plain.settimeout(timeout)
        return plain if self._tls is None else self._tls.wrap_socket(plain, server_hostname=host)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = cast(Any, _Lines(self))
        return super().getreply()

    def receive(self, size: int) -> bytes:
        """Some bytes from the server, within the bounds."""
        left = self._deadline - time.monotonic()
        if left <= 0 or self._left <= 0 or self.sock is None:
            raise smtplib.SMTPServerDisconnected("too much or too slow")
        self.sock.settimeout(min(left, limits.NOTIFY_TIMEOUT_S))
        data = self.sock.recv(min(size, self._left))
        self._left -= len(data)
        return data


class _Lines:
    """What ``smtplib`` reads lines from."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._rest = b""

    def readline(self, size: int) -> bytes:
        while b"\n" not in self._rest and len(self._rest) < size:
            data = self._client.receive(4_096)
            if not data:
                break
            self._rest += data
        end = self._rest.find(b"\n") + 1 or len(self._rest)
        line, self._rest = self._rest[: min(end, size)], self._rest[min(end, size) :]
        return line

    def close(self) -> None:
        self._rest = b""
