"""Which addresses may be spoken to. Looked at after the name is resolved, so no spelling of an address hides it.

Ranges are those of the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890), written out: what the
standard library calls "global" has changed between Python versions.
"""

from __future__ import annotations

import socket
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address


class Reach(Enum):
    """``PRIVATE`` is a network of someone's own; ``CLOSED`` leads to this machine, its neighbours or its metadata."""

    PUBLIC = "public"
    PRIVATE = "private"
    CLOSED = "closed"


_METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Azure, GCP, OpenStack
        "169.254.170.2",  # AWS ECS task credentials
        "fd00:ec2::254",  # AWS over IPv6
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure's wire server, on a public address
        "192.0.0.192",  # Oracle
    )
)
_PRIVATE = tuple(
    ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_CLOSED_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_6 = IPv6Network("2000::/3")  # all that is allocated for global unicast
_CLOSED_6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "3fff::/20")  # protocol assignments, documentation
)
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_MAPPED = (IPv6Network("::ffff:0:0/96"), IPv6Network("::ffff:0:0:0/96"), IPv6Network("::/96"))
_6TO4 = IPv6Network("2002::/16")


def reach(address: Address) -> Reach:
    """How far ``address`` leads; an IPv4 address inside an IPv6 one (mapped, NAT64, 6to4) is judged as itself."""
    if address in _METADATA:
        return Reach.CLOSED
    if any(address.version == network.version and address in network for network in _PRIVATE):
        return Reach.PRIVATE
    if isinstance(address, IPv4Address):
        return Reach.CLOSED if any(address in network for network in _CLOSED_4) else Reach.PUBLIC
    if address.scope_id is not None:
        return Reach.CLOSED
    inner = _embedded(address)
    if inner is not None:
        return reach(inner)
    if address not in _OPEN_6 or any(address in network for network in _CLOSED_6):
        return Reach.CLOSED
    return Reach.PUBLIC


def is_link_bound(address: Address) -> bool:
    """Link-local, metadata, multicast and unspecified addresses: never what an honest *name* stands for."""
    inner = _embedded(address) if isinstance(address, IPv6Address) else None
    if inner is not None:
        return is_link_bound(inner)
    return address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified


def literal(host: str) -> Address | None:
    """The address that ``host`` spells, also in the decimal, octal, hexadecimal and short forms that resolvers
    accept ("2130706433", "0x7f.1"); None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    if host[:1].isdigit():
        try:
            return IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):  # ValueError: a character that no C string holds
            return None
    return None


def is_local_name(host: str) -> bool:
    """Names that mean this machine whatever the resolver says (RFC 6761)."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def _embedded(address: IPv6Address) -> IPv4Address | None:
    value = int(address)
    if address == IPv6Address("::1") or value == 0:
        return None
    if any(address in network for network in (*_NAT64, *_MAPPED)):
        return IPv4Address(value & 0xFFFFFFFF)
    if address in _6TO4:
        return IPv4Address((value >> 80) & 0xFFFFFFFF)
    return None
