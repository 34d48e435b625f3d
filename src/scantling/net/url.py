"""A URL taken apart once, strictly: what is checked is what is connected to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from .failure import Refused

_DEFAULT_PORTS = {"https": 443, "http": 80}
_URL_CHARS = 16_384  # signed blob URLs of object stores reach 2,000


@dataclass(frozen=True, slots=True)
class Url:
    """``host`` is lower case and ASCII, without brackets; ``target`` is path and query, never empty."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """ "host:port", always with the port: the key of trusted hosts and of credentials."""
        return netloc(self.host, self.port)

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)

    @property
    def netloc_header(self) -> str:
        """The ``Host`` header: without the scheme's own port."""
        return str(self).split("://", 1)[1].split("/", 1)[0]

    @property
    def path(self) -> str:
        """The path without its query: queries hold signatures and are never shown."""
        return self.target.split("?", 1)[0]

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{shown}{port}{self.target}"

    def shown(self) -> str:
        """For messages: without the query."""
        return str(self).split("?", 1)[0]


def netloc(host: str, port: int) -> str:
    """The "host:port" spelling used as key everywhere."""
    host = host.lower()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def parse_url(text: str) -> Url:
    """An absolute http or https URL. Raises ``Refused`` for anything else: other schemes, credentials in the URL,
    zone identifiers, control characters, a host that is no ASCII (or IDNA) name."""
    if len(text) > _URL_CHARS:
        raise Refused("the URL is too long", where=_clip(text))
    if any(ord(char) <= 0x20 or ord(char) == 0x7F for char in text):
        raise Refused("the URL holds blanks or control characters", where=_clip(text))
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("not a valid URL", where=_clip(text)) from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise Refused(f"only https and http are spoken, not {scheme or 'a relative URL'!r}", where=_clip(text))
    if "@" in parts.netloc:
        raise Refused("the URL carries a user name", where=_clip(text))
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise Refused("the host is not a valid name", where=_clip(host)) from error
    if not host or not all(char.isalnum() or char in "-._:" for char in host):
        raise Refused("the URL's host is not a valid name", where=_clip(text))
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=-._~?[]")
    return Url(scheme, host.lower(), port if port is not None else _DEFAULT_PORTS[scheme], target)


def follow(base: Url, location: str) -> Url:
    """Where a ``Location`` header leads (RFC 9110, 10.2.2)."""
    try:
        return parse_url(urljoin(str(base), location.strip()))
    except (ValueError, Refused) as error:
        # the location itself is not repeated: it may hold what the server has learned from us
        reason = error.what if isinstance(error, Refused) else "not a valid URL"
        raise Refused(f"the server redirects to a place we do not go to: {reason}", where=base.shown()) from None


def _clip(text: str) -> str:
    scheme, separator, rest = text.split("?", 1)[0][:400].rpartition("://")
    if "@" in rest:
        rest = "***@" + rest.rpartition("@")[2]
    return repr((scheme[:20] + separator + rest)[:120])
