"""What the user says about getting at an image: one frozen value per scan."""

from __future__ import annotations

from dataclasses import dataclass, field

from scantling.guard import limits
from scantling.guard.secret import Secret

_NONE = Secret("")


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """``platform`` is ``os/arch[/variant]``, "" for this machine's architecture under Linux. ``insecure`` allows plain
    HTTP and unverified TLS with the named registry. ``ca_cert`` is a PEM file. ``offline`` forbids every request to a
    registry. ``timeout_s`` bounds one wait for a peer (a daemon, a registry), in seconds."""

    platform: str = ""
    username: str = ""
    password: Secret = field(default=_NONE, repr=False)
    registry_token: Secret = field(default=_NONE, repr=False)
    insecure: bool = False
    ca_cert: str = ""
    offline: bool = False
    timeout_s: float = limits.READ_TIMEOUT_S
