"""Every enrichment, in order. Each takes findings and gives findings; none needs another but ``priority``, the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scantling.model.coverage import Gap
from scantling.model.coverage_statement import FeedAge
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Inventory

from .eol import UNKNOWN, Support, support_gaps, support_of
from .eol_finding import eol_finding
from .exploitation import with_exploitation
from .freshness import FEED_MAX_AGE, feed_ages, freshness_gaps
from .package_support import package_support_gaps
from .priority import setting_of, with_priority
from .software_eol import software_eol

if TYPE_CHECKING:
    from scantling.db.open import Database


@dataclass(frozen=True, slots=True)
class Enriched:
    """Findings with all that the database knows beside the advisory, and what that leaves open."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    support: Support
    feeds: tuple[FeedAge, ...] = ()


def enrich(
    findings: Sequence[Finding],
    info: ImageInfo,
    inventory: Inventory,
    database: Database,
    now: datetime,
    feed_max_age: timedelta = FEED_MAX_AGE,
) -> Enriched:
    """``findings`` enriched, plus the end-of-life finding where there is one; sorted as reports print them."""
    support = support_of(inventory.os, database, now)
    setting = setting_of(info)
    packages = {package.purl: package for package in inventory.packages}
    rich = [
        with_priority(finding, setting, packages.get(finding.package or ""))
        for finding in _placed((with_exploitation(f, database) for f in findings), info)
    ]
    if inventory.os is not None and support.eol:
        rich.append(with_priority(eol_finding(inventory.os, support, info.repository)))
    ended = software_eol(inventory.packages, database, info.repository, now)
    rich += (with_priority(finding) for finding in _placed(ended, info))
    # the feeds that were asked: the distribution answers for what its packages brought, nobody for third parties'
    ecosystems = {
        package.ecosystem
        for package in inventory.packages
        if package.ecosystem and not package.os_owned and not package.third_party
    }
    gaps = support_gaps(inventory.os, support) + freshness_gaps(ecosystems, database, now, feed_max_age)
    gaps += package_support_gaps(inventory, database, now)
    feeds = feed_ages(ecosystems, database, now)
    return Enriched(tuple(sorted(rich, key=_order)), tuple(sorted(set(gaps))), support, feeds)


def without_database(findings: Sequence[Finding], info: ImageInfo) -> Enriched:
    """What can be said of ``findings`` when no database was asked."""
    rich = [with_priority(finding) for finding in _placed(findings, info)]
    return Enriched(tuple(sorted(rich, key=_order)), (), UNKNOWN)


def _placed(findings: Iterable[Finding], info: ImageInfo) -> Iterator[Finding]:
    """With the history instruction that made the finding's layer."""
    created_by = {layer.diff_id: layer.created_by for layer in info.layers}
    for finding in findings:
        instruction = created_by.get(finding.diff_id, "")
        yield replace(finding, created_by=instruction) if instruction else finding


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return (SEVERITIES.index(finding.severity), finding.id, finding.package or "", finding.path, finding.fingerprint)
