"""Every feed, in order of name. To add one: a module beside this with ``FEEDS``, and its line here."""

from __future__ import annotations

from . import (
    almalinux,
    amazonlinux,
    apk_derivatives,
    arch,
    azurelinux,
    bitnami,
    bottlerocket,
    debian,
    debian_support,
    echo,
    endoflife,
    epss,
    exploitdb,
    kev,
    nodejs,
    nvd,
    oracle,
    osv,
    photon,
    redhat,
    redhat_vex,
    rocky,
    secdb,
    suse,
    ubuntu,
    ubuntu_oval,
    vulnrichment,
)
from .feed import Feed

_MODULES = (
    almalinux, amazonlinux, apk_derivatives, arch, azurelinux, bitnami, bottlerocket, debian, debian_support, echo,
    endoflife, epss, exploitdb, kev, nodejs, nvd, oracle, osv, photon, redhat, redhat_vex, rocky, secdb, suse, ubuntu,
    ubuntu_oval, vulnrichment,
)  # fmt: skip

FEEDS: tuple[Feed, ...] = tuple(sorted((feed for module in _MODULES for feed in module.FEEDS), key=lambda f: f.name))
