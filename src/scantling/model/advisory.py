"""What a feed says. Written by ``db.feeds``, stored by ``db.build``, read by ``match`` and ``enrich``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """Versions from ``introduced`` (inclusive; "" or "0" = from the beginning) up to ``fixed`` (exclusive) or
    ``last_affected`` (inclusive: no fixed version is known). Neither end set: every later version is affected."""

    introduced: str = ""
    fixed: str = ""
    last_affected: str = ""


@dataclass(frozen=True, slots=True)
class Advisory:
    """One feed's statement about one vulnerability in one package of one ecosystem.

    ``id`` is the feed's own (a CVE for Debian and Alpine, PYSEC-..., RHSA-...) and a key of ``Vulnerability``.
    ``scheme`` names the version ordering (``versions.compare``). A version is affected when it is in ``versions``
    or in any of ``ranges``. ``status`` is one of the contract's: fixed affected will_not_fix fix_deferred
    end_of_life under_investigation not_affected ("fixed" means: affected below the fixed version).
    ``severity`` is the feed's own word, mapped to CRITICAL HIGH MEDIUM LOW NEGLIGIBLE UNKNOWN, "" when it has none.
    ``module`` restricts to an rpm module stream ("nodejs:18"), ``arches`` to architectures (empty: all).
    ``stream`` restricts to builds of one stream inside the release: "el9_2" (Red Hat's extended support of 9.2),
    "ksplice" or "fips" (Oracle's own rebuilds); "" is the release's main stream.
    ``note`` is one line of the feed's own reasoning (Debian's no-dsa reason, Ubuntu's "needs ESM").
    """

    id: str
    feed: str
    scheme: str
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    status: str = "affected"
    severity: str = ""
    module: str = ""
    arches: tuple[str, ...] = ()
    note: str = ""
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Cvss:
    """A score as its source gives it. ``version`` is "2.0", "3.0", "3.1" or "4.0"; ``score`` is 0.0-10.0."""

    source: str
    version: str
    vector: str
    score: float


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """What is said of a vulnerability whichever package has it. ``aliases`` are other ids of the same problem."""

    id: str
    aliases: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    severity: str = ""
    severity_source: str = ""
    cvss: tuple[Cvss, ...] = ()
    cwes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    published: str = ""


@dataclass(frozen=True, slots=True)
class Kev:
    """An entry of CISA's Known Exploited Vulnerabilities catalogue; dates are ISO 8601."""

    added: str
    due: str
    ransomware: bool


@dataclass(frozen=True, slots=True)
class Epss:
    """FIRST's probability (0-1) of exploitation within 30 days, its percentile (0-1), and the score's date."""

    score: float
    percentile: float
    date: str


@dataclass(frozen=True, slots=True)
class EolCycle:
    """Support of one release cycle of one product (endoflife.date). Dates are ISO 8601; "" = not known or never.

    ``eol`` is the end of free security support by the vendor, ``extended`` the end of the long-term or paid one.
    ``is_eol`` is set when upstream says only yes or no. ``latest`` is the newest version of the cycle.
    """

    product: str
    cycle: str
    codename: str = ""
    eol: str = ""
    extended: str = ""
    is_eol: bool | None = None
    latest: str = ""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One feed inside a built database: when upstream last changed it (ISO 8601, "" unknown), records taken from it,
    and ``error`` when it could not be had ("" = fine). Asked for one ecosystem, the date is that of its own files."""

    name: str
    updated_at: str
    records: int
    error: str = ""
    url: str = ""
    licence: str = ""
