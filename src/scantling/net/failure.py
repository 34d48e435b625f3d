"""What may go wrong on the network, told apart by what to do about it; and the translation of lower exceptions.

Unscannable
├── ConnectionFailed   may pass: worth another try
├── TlsFailed          the other side could not prove who it is
└── Refused            we do not speak to that address, scheme or redirect: never tried again
"""

from __future__ import annotations

import datetime
import errno
import socket
import ssl
from collections.abc import Iterator

from scantling.model.errors import Unscannable


class ConnectionFailed(Unscannable):
    """The connection could not be made, broke, or was too slow; another try may succeed."""


class TlsFailed(Unscannable):
    """The TLS handshake failed: certificate not trusted, wrong host, expired, or not TLS at all."""


class Refused(Unscannable):
    """A rule of ours forbids this request."""


_SELF_SIGNED = frozenset({18, 19})  # X509_V_ERR_*, openssl/x509_vfy.h
_UNKNOWN_ISSUER = frozenset({2, 20, 21})
_NOT_YET_VALID = 9
_EXPIRED = 10
_WRONG_HOST = frozenset({62, 64})

_CA_HINT = "if you trust its issuer, give the issuer's certificate with --ca-cert FILE"


def translate(error: Exception, host: str, now: float) -> Unscannable:
    """The failure a person sees for an exception of httpcore, ``ssl`` or ``socket``; ``now`` is the local clock
    (seconds since 1970), which certificate errors may be the fault of."""
    causes = tuple(_chain(error))
    for cause in causes:
        if isinstance(cause, Unscannable):
            return cause
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate(cause, host, now)
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, (ssl.SSLZeroReturnError, ssl.SSLEOFError)):
            return _handshake(cause, host)
    kind = type(error).__name__
    if kind == "ProxyError":
        return _proxy(str(error), host)
    if kind == "ConnectTimeout":
        return ConnectionFailed("no connection within the time limit", where=host, hint="check the host and firewall")
    if kind in {"ReadTimeout", "WriteTimeout", "PoolTimeout"}:
        return ConnectionFailed(str(error) or "the server stopped answering", where=host)
    if kind in {"RemoteProtocolError", "LocalProtocolError"}:
        return ConnectionFailed(f"the answer is not valid HTTP: {_clean(str(error))}", where=host)
    for cause in causes:
        if isinstance(cause, OSError) and cause.errno is not None:
            return _os_error(cause, host)
    return ConnectionFailed(f"the connection failed: {_clean(str(error)) or kind}", where=host)


def name_not_found(error: OSError, host: str) -> Unscannable:
    """The failure for a name that does not resolve; a resolver that only did not answer is worth another try."""
    hint = "check the spelling, the network and the DNS settings"
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return ConnectionFailed("the name of the host cannot be resolved at the moment", where=host, hint=hint)
    return Unscannable("the name of the host cannot be resolved", where=host, hint=hint)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:
        yield error
        yield from (arg for arg in error.args if isinstance(arg, BaseException))
        error = error.__cause__ or error.__context__
        seen += 1


def _certificate(error: ssl.SSLCertVerificationError, host: str, now: float) -> TlsFailed:
    code = error.verify_code
    clock = datetime.datetime.fromtimestamp(now, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    if code == _EXPIRED:
        return TlsFailed(
            "the server's certificate has expired, or this machine's clock is wrong",
            where=host,
            hint=f"this machine's clock says {clock}: if that is wrong, set it; if not, the server needs a new one",
        )
    if code == _NOT_YET_VALID:
        return TlsFailed(
            "the server's certificate is not valid yet: this machine's clock is probably wrong",
            where=host,
            hint=f"this machine's clock says {clock}: set it if that is wrong",
        )
    if code in _WRONG_HOST:
        return TlsFailed(
            "the server's certificate is for another host name",
            where=host,
            hint="use the name that the certificate was issued for",
        )
    if code in _SELF_SIGNED:
        return TlsFailed(
            "the server's certificate is self-signed or from a private authority", where=host, hint=_CA_HINT
        )
    if code in _UNKNOWN_ISSUER:
        return TlsFailed("the server's certificate comes from an unknown issuer", where=host, hint=_CA_HINT)
    return TlsFailed(f"the server's certificate is not accepted: {_clean(error.verify_message)}", where=host)


def _handshake(error: ssl.SSLError, host: str) -> TlsFailed:
    reason = (error.reason or "").replace("_", " ").lower()
    if reason in {"wrong version number", "http request", "record layer failure", "packet length too long"}:
        return TlsFailed(
            "the server does not speak TLS on this port",
            where=host,
            hint="if it speaks plain HTTP and you accept that, use --insecure",
        )
    return TlsFailed(f"the TLS handshake failed: {_clean(reason or str(error))}", where=host)


def _proxy(message: str, host: str) -> Unscannable:
    if message.startswith("407"):
        return Unscannable(
            "the proxy asks for a user name and password",
            where=host,
            hint="put them into HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT)",
        )
    return ConnectionFailed(f"the proxy answered {_clean(message)}", where=host, hint="check HTTPS_PROXY and NO_PROXY")


def _os_error(error: OSError, host: str) -> ConnectionFailed:
    if error.errno == errno.ECONNREFUSED:
        return ConnectionFailed(
            "the connection was refused", where=host, hint="check that the server runs on this port"
        )
    if error.errno in {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED}:
        return ConnectionFailed("the connection was cut by the other side", where=host)
    if error.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH}:
        return ConnectionFailed("the host cannot be reached from this network", where=host)
    return ConnectionFailed(f"the connection failed: {_clean(error.strerror or str(error))}", where=host)


def _clean(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:200])
