"""Every feed, in order of name. To add one: a module beside this with ``FEEDS``, and its line here."""

from __future__ import annotations

from . import (
    almalinux,
    azurelinux,
    debian,
    endoflife,
    epss,
    exploitdb,
    kev,
    osv,
    photon,
    redhat,
    rocky,
    secdb,
    ubuntu,
    vulnrichment,
)
from .feed import Feed

_MODULES = (
    almalinux, azurelinux, debian, endoflife, epss, exploitdb, kev, osv, photon, redhat, rocky, secdb, ubuntu,
    vulnrichment,
)  # fmt: skip

FEEDS: tuple[Feed, ...] = tuple(sorted((feed for module in _MODULES for feed in module.FEEDS), key=lambda f: f.name))
