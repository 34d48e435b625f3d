"""How the network may be used: one frozen value per run, filled by the command line or by the server's settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scantling import __version__
from scantling.guard import limits


@dataclass(frozen=True, slots=True)
class NetOptions:
    """What the user allows the HTTP door to do.

    ``ca_cert`` is a PEM file trusted beside the system's certificates. ``insecure`` permits plain HTTP and unverified
    TLS, for ``trusted_hosts`` alone. ``trusted_hosts`` are the "host:port" pairs that the user named (lower case,
    "[::1]:5000" for IPv6): only they may lie on loopback or private addresses. ``trust_target`` says that the registry
    in the target counts as named; a server that scans what strangers name sets it to False. ``offline`` forbids
    every request. Timeouts are seconds.
    """

    ca_cert: str = ""
    insecure: bool = False
    offline: bool = False
    trusted_hosts: frozenset[str] = frozenset()
    trust_target: bool = True
    connect_timeout_s: float = limits.CONNECT_TIMEOUT_S
    read_timeout_s: float = limits.READ_TIMEOUT_S
    user_agent: str = f"scantling/{__version__}"

    def naming(self, hosts: Iterable[str]) -> NetOptions:
        """The same options with more "host:port" pairs named."""
        return replace(self, trusted_hosts=self.trusted_hosts | frozenset(hosts))
