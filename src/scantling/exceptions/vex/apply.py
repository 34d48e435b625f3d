"""Puts VEX statements to findings: what a document calls not affected or fixed is suppressed, and says by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from urllib.parse import quote

from scantling.model.coverage import Gap
from scantling.model.finding import Finding, Suppression
from scantling.model.image import ImageInfo
from scantling.model.package import Package
from scantling.model.purl import without_version

from .read import Vex
from .statement import SILENCING, Statement, same


def image_purls(info: ImageInfo) -> tuple[str, ...]:
    """The names that an image goes by in VEX documents: ``pkg:oci/NAME@DIGEST?repository_url=...`` (purl-spec, oci),
    with the manifest's and the configuration's digest, and without one."""
    repository = info.repository.lower()
    if not repository:
        return ()
    name = repository.rpartition("/")[2]
    found = []
    for digest in dict.fromkeys((info.image_digest, info.config_digest, "")):
        version = f"@{quote(digest, safe='')}" if digest else ""
        found.append(f"pkg:oci/{name}{version}?repository_url={quote(repository, safe='/:.-_')}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """The image that statements are held against. ``paths`` are the places of each package."""

    images: tuple[str, ...]
    paths: dict[str, frozenset[str]]

    def speaks_of(self, statement: Statement, finding: Finding) -> bool:
        """Whether a product is the finding's package; or is the image, or a package that holds it at the same places (a
        program and the modules built into it), and a subcomponent is the finding's package."""
        package = finding.package
        if package is None:
            return False
        if any(same(product, package) for product in statement.products):
            return not statement.subcomponents or any(same(part, package) for part in statement.subcomponents)
        if statement.subcomponents and not any(same(part, package) for part in statement.subcomponents):
            return False
        if any(same(product, image) for product in statement.products for image in self.images):
            return True
        return bool(statement.subcomponents) and self._within(statement, package)

    def _within(self, statement: Statement, package: str) -> bool:
        mine = self.paths.get(package, frozenset())
        return bool(mine) and any(
            mine <= paths
            for purl, paths in self.paths.items()
            if purl != package and any(same(product, purl) for product in statement.products)
        )


def heard(vex: Vex, info: ImageInfo, packages: Sequence[Package]) -> tuple[Statement, ...]:
    """Every statement that may speak of the image: those at hand, and those that the hubs have of what it holds."""
    asked = {without_version(purl) for purl in (*(one.purl for one in packages), *image_purls(info))}
    return (*vex.statements, *(one for hub in vex.hubs for one in hub.statements(asked)))


def apply(
    findings: Iterable[Finding], vex: Vex, info: ImageInfo, packages: Sequence[Package]
) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """``findings`` with those suppressed that a statement silences, and what to say of statements that give no reason.

    Where statements contradict each other the newest counts, among equals the one that does not silence; one that says
    "not_affected" without a reason does not silence (OpenVEX 0.2.0, "Status labels", and CSAF 2.0, 4.5,
    ask for one). Raises ``UsageError`` for a document of a hub that is broken."""
    place = _Place(image_purls(info), {one.purl: frozenset(at.path for at in one.locations) for one in packages})
    by_name: dict[str, list[Statement]] = {}
    for statement in heard(vex, info, packages):
        for name in statement.names():
            by_name.setdefault(name, []).append(statement)
    gaps: set[Gap] = set()
    judged = tuple(_judged(finding, by_name, place, gaps) for finding in findings)
    return judged, tuple(sorted(gaps))


def _judged(finding: Finding, by_name: dict[str, list[Statement]], place: _Place, gaps: set[Gap]) -> Finding:
    if not finding.is_advised or finding.suppressed is not None:
        return finding
    said = [
        statement
        for name in (finding.id, *finding.aliases)
        for statement in by_name.get(name, ())
        if place.speaks_of(statement, finding)
    ]
    if not said:
        return finding
    last = max(said, key=lambda statement: (statement.moment, statement.status not in SILENCING, statement.source))
    if last.status not in SILENCING:
        return finding
    if last.status == "not_affected" and not (last.justification or last.detail):
        name = PurePath(last.source).name
        reason = f"says not_affected of {finding.id} in {finding.package} without a reason: it was not followed"
        gaps.add(Gap("vex-without-reason", name, reason, blocks=False))
        return finding
    author = f" of {last.author}" if last.author else ""
    reason = ": ".join(text for text in (last.status, last.justification, last.detail) if text)
    return replace(finding, suppressed=Suppression(f"VEX{author} ({PurePath(last.source).name})", reason))
