"""Which proxy a URL goes through, from the usual environment variables (lower case wins, as in curl)."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network

from scantling.model.errors import UsageError

from .address import is_local_name, literal
from .url import Url


def proxy_for(url: Url, environ: Mapping[str, str]) -> str:
    """The proxy's URL, "" for a direct connection. ``localhost`` and loopback addresses never go through a proxy.
    Raises ``UsageError`` for a proxy of a kind we do not speak (socks)."""
    name = f"{url.scheme}_proxy"
    text = _setting(environ, name) or _setting(environ, "all_proxy")
    if name == "http_proxy" and "REQUEST_METHOD" in environ:
        text = environ.get("http_proxy", "")  # in a CGI, HTTP_PROXY is the client's "Proxy:" header (CVE-2016-5386)
    if not text or _is_local(url.host) or _is_exempt(url, _setting(environ, "no_proxy")):
        return ""
    if "://" not in text:
        text = "http://" + text
    if not text.lower().startswith(("http://", "https://")):
        raise UsageError(
            f"{name.upper()} names a proxy of an unknown kind",
            where=text.split("://", 1)[0] + "://...",
            hint="http:// and https:// proxies are supported",
        )
    return text


def _setting(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _is_local(host: str) -> bool:
    address = literal(host)
    return is_local_name(host) or (address is not None and address.is_loopback)


def _is_exempt(url: Url, no_proxy: str) -> bool:
    address = literal(url.host)
    for rule in no_proxy.replace(",", " ").split():
        rule = rule.lower()
        if rule in {"*", url.netloc}:
            return True
        name, _, port = rule.rpartition(":")
        if name and port.isdigit() and "]" not in port and name.count(":") == 0:
            if int(port[:6]) != url.port:
                continue
            rule = name
        if address is not None:
            if _covers(rule.strip("[]"), address):
                return True
            continue
        suffix = rule.removeprefix("*").removeprefix(".")
        if suffix and (url.host == suffix or url.host.endswith("." + suffix)):
            return True
    return False


def _covers(rule: str, address: object) -> bool:
    try:
        return address == ip_address(rule) if "/" not in rule else address in ip_network(rule, strict=False)
    except ValueError:
        return False
