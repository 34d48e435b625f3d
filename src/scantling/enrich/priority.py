"""How soon to look at a finding: one number from 0 to 100, with the reasons that made it.

    severity      CRITICAL 50, HIGH 40, MEDIUM 25, UNKNOWN 20, LOW 10, NEGLIGIBLE 0
    exploited     +35 when CISA lists it as exploited, else +15 when an exploit is public
    likely        +10 for EPSS at or above 0.1, +5 at or above 0.01
    fixable       +5 when a fixed version is known

and for a vulnerability, by where it is:

    in use        +10 when its code is reachable or was seen in use, -15 when it is known not to be
    setting       +3 when the image runs as root, +3 when it exposes a port, +4 when labels call it production
    one's own     +2 when it is not in the base image
    development   -15 when its package is for development only

The weights order a list; they are not a probability. Facts first: the reasons say which terms counted, and what is not
known counts nothing. ``docs/explain/priority.md`` says why each weight is what it is; a policy can change them
(``model.weights``), which changes no reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scantling.model.finding import Finding, Priority
from scantling.model.image import ImageInfo, is_root
from scantling.model.package import Package
from scantling.model.report import Report, ReportPackage
from scantling.model.weights import USUAL, Weights

_PRODUCTION_KEYS = frozenset({"env", "environment", "stage", "tier"})
_PRODUCTION = frozenset({"live", "prod", "production"})

_Term = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the image's configuration says of how exposed its software is."""

    is_root: bool = False
    ports: tuple[str, ...] = ()
    is_production: bool = False


def setting_of(info: ImageInfo) -> Setting:
    """The setting of an image; one that has no configuration (a directory, a document) says nothing."""
    return _setting(info.config_digest, info.config.user, info.config.exposed_ports, info.config.labels)


def _setting(config_digest: str, user: str, ports: Iterable[str], labels: Iterable[tuple[str, str]]) -> Setting:
    if not config_digest:
        return Setting()
    return Setting(
        is_root=is_root(user),
        ports=tuple(sorted(ports)),
        is_production=any(
            key.replace("/", ".").rpartition(".")[2].lower() in _PRODUCTION_KEYS
            and value.strip().lower() in _PRODUCTION
            for key, value in labels
        ),
    )


def with_priority(
    finding: Finding,
    setting: Setting = Setting(),
    package: Package | ReportPackage | None = None,
    weights: Weights = USUAL,
) -> Finding:
    """``finding`` with its priority; ``package`` is the one that has it."""
    terms = list(_of_itself(finding, weights))
    if finding.kind == "vulnerability":
        terms += _of_its_place(finding, setting, package, weights)
    score = sum(points for points, _ in terms)
    return replace(finding, priority=Priority(min(max(score, 0), 100), tuple(reason for _, reason in terms)))


def reweighted(report: Report, weights: Weights) -> Report:
    """``report`` with the priorities that ``weights`` give, named where they are not the usual ones. For the usual
    weights the scan's own priorities come out again."""
    target = report.target
    config = target.config
    setting = _setting(target.config_digest, config.user, config.exposed_ports, config.labels.items())
    packages = {package.purl: package for package in report.packages}
    return replace(
        report,
        findings=tuple(
            with_priority(finding, setting, packages.get(finding.package or ""), weights) for finding in report.findings
        ),
        priority_weights=weights.changed(),
    )


def _of_itself(finding: Finding, weights: Weights) -> Iterator[_Term]:
    yield weights.of_severity(finding.severity), f"severity {finding.severity}"
    if finding.kev is not None:
        yield weights.exploited, "exploited in the wild (CISA KEV)"
    elif finding.exploit_public:
        yield weights.public_exploit, "a public exploit exists"
    if finding.epss is not None and finding.epss.score >= 0.01:
        points = weights.likely if finding.epss.score >= 0.1 else weights.possible
        yield points, f"EPSS {finding.epss.score:.1%}"
    if finding.fixed_versions:
        yield weights.fixable, "a fix exists"


def _of_its_place(
    finding: Finding, setting: Setting, package: Package | ReportPackage | None, weights: Weights
) -> Iterator[_Term]:
    used = package.used_at_runtime if package is not None else None
    if used or finding.reachable == "yes":
        yield weights.in_use, "seen in use" if used else "its code is reachable"
    elif used is False or finding.reachable == "no":
        yield weights.not_in_use, "its code is not reachable" if finding.reachable == "no" else "not seen in use"
    if setting.is_root:
        yield weights.root, "the image runs as root"
    if setting.ports:
        yield weights.exposed, "the image exposes a port"
    if setting.is_production:
        yield weights.production, "labelled as production"
    if finding.from_base is False:
        yield weights.own, "not in the base image"
    if package is not None and package.is_dev:
        yield weights.development, "for development only"
