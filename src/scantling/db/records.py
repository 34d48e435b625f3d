"""What a feed's parser yields, one small value at a time. ``db.build`` sorts them into tables."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.model.advisory import Advisory, EolCycle, Epss, Kev, Vulnerability


@dataclass(frozen=True, slots=True)
class Statement:
    """An advisory about one package of one ecosystem."""

    ecosystem: str
    name: str
    advisory: Advisory


@dataclass(frozen=True, slots=True)
class Covers:
    """The feed answers for this ecosystem, whether or not it names a package in it."""

    ecosystem: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """When upstream last changed the feed, as the feed itself says (ISO 8601). The newest one counts."""

    updated_at: str


@dataclass(frozen=True, slots=True)
class Exploited:
    """A CVE in CISA's catalogue."""

    cve: str
    kev: Kev


@dataclass(frozen=True, slots=True)
class Scored:
    """A CVE's EPSS score."""

    cve: str
    epss: Epss


@dataclass(frozen=True, slots=True)
class PublicExploit:
    """A CVE with a published exploit."""

    cve: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record of the feed that could not be understood. Counted, and told in the source's status."""

    where: str
    reason: str


Record = Statement | Vulnerability | Covers | Stamp | Exploited | Scored | PublicExploit | EolCycle | Rejected
