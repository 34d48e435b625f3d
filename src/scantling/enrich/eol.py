"""Whether the distribution release still gets security updates, from endoflife.date's data.

Debian's long-term support is free and in the same tracker, so it counts as support. Ubuntu's expanded maintenance,
RHEL's extended life cycle and the like are for subscribers and do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scantling.model.advisory import EolCycle
from scantling.model.coverage import Gap
from scantling.model.facts import OsRelease

if TYPE_CHECKING:
    from scantling.db.open import Database

# os-release ID -> (endoflife.date product, how many parts of VERSION_ID name the cycle)
_PRODUCTS = {
    "debian": ("debian", 1), "ubuntu": ("ubuntu", 2), "alpine": ("alpine-linux", 2), "rhel": ("rhel", 1),
    "centos": ("centos", 1), "rocky": ("rocky-linux", 1), "almalinux": ("almalinux", 1), "fedora": ("fedora", 1),
    "ol": ("oracle-linux", 1), "amzn": ("amazon-linux", 1), "sles": ("sles", 2), "opensuse-leap": ("opensuse", 2),
    "photon": ("photon", 2), "azurelinux": ("azure-linux", 2), "mariner": ("cbl-mariner", 1),
    "openwrt": ("openwrt", 2),
}  # fmt: skip
_FREE_LONG_TERM = frozenset({"debian"})
_ROLLING = frozenset({
    "wolfi", "chainguard", "minimos", "secureos", "echo", "arch", "archarm", "gentoo", "opensuse-tumbleweed",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Support:
    """``eol`` is None when not known; ``date`` is the last day of support (ISO 8601, "" unknown).
    ``long_term`` is true when only the long-term team still cares for the release."""

    eol: bool | None
    date: str = ""
    long_term: bool = False
    product: str = ""
    cycle: str = ""


UNKNOWN = Support(None)


def support_of(os: OsRelease | None, database: Database, now: datetime) -> Support:
    """The state of ``os`` at ``now``."""
    if os is None or os.id not in _PRODUCTS or not os.version_id:
        return UNKNOWN
    product, parts = _PRODUCTS[os.id]
    wanted = ".".join(os.version_id.split(".")[:parts])
    for cycle in database.eol(product):
        if cycle.cycle == wanted:
            return _judge(cycle, os, now.date().isoformat())
    return Support(None, product=product, cycle=wanted)


def _judge(cycle: EolCycle, os: OsRelease, today: str) -> Support:
    if cycle.eol:
        long_term_end = cycle.extended if os.id in _FREE_LONG_TERM else ""
        end = max(cycle.eol, long_term_end)
        past = today > end
        return Support(past, end, not past and today > cycle.eol, cycle.product, cycle.cycle)
    return Support(cycle.is_eol, "", False, cycle.product, cycle.cycle)


def support_gaps(os: OsRelease | None, support: Support) -> tuple[Gap, ...]:
    """What an ended or unknown support leaves unknown: nobody writes advisories for a release that has ended."""
    if os is None or not os.id or os.id in _ROLLING:
        return ()
    name = os.pretty_name or f"{os.id} {os.version_id}".strip()
    if support.eol:
        since = f" since {support.date}" if support.date else ""
        reason = f"{name} has had no security support{since}: newer vulnerabilities are not in its advisories"
        return (Gap("eol-os", "etc/os-release", reason),)
    if support.eol is None and os.version_id:
        return (Gap("eol-unknown", "etc/os-release", f"{name}: no end-of-life date is known", blocks=False),)
    if support.long_term:
        reason = f"{name} is in long-term support until {support.date}: fewer packages are cared for"
        return (Gap("lts-os", "etc/os-release", reason, blocks=False),)
    return ()
