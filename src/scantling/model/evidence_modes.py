"""What one layer says of modes and owners that deserve a look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ModeFact:
    """One entry. ``kind`` is "setid", "capabilities", "world-file", "world-dir" or "key"; ``mode`` its permission bits
    (0o7777), ``uid`` its owner. ``capabilities`` is the attribute's value in hexadecimal."""

    kind: str
    path: str
    mode: int
    uid: int
    capabilities: str = ""


@dataclass(frozen=True, slots=True)
class ModeFacts:
    """``accounts`` are (user, uid) of etc/passwd, None where this layer has none. ``open_accounts`` are users of
    etc/shadow without a password, ``weak_accounts`` those with a weak kind of hash; never the hash itself."""

    entries: tuple[ModeFact, ...] = ()
    accounts: tuple[tuple[str, int], ...] | None = None
    open_accounts: tuple[str, ...] = ()
    weak_accounts: tuple[str, ...] = ()
