"""Packages under licences that ask for something, or that are not allowed."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.licence.classes import FORBIDDEN, RECIPROCAL, RESTRICTED, UNKNOWN
from scantling.licence.judgement import DENIED, NOT_ALLOWED, Judgement, judge
from scantling.model.finding import Finding, MatchEvidence
from scantling.model.fingerprint import fingerprint
from scantling.model.package import Package
from scantling.model.purl import without_version

from .check import Check, Scene

NOT_STATED = "no-licence-stated"
_CHARS = 200
TITLES = {
    FORBIDDEN: "Licence that companies do not accept",
    RESTRICTED: "Licence that asks for the source, also of what is linked with it",
    RECIPROCAL: "Licence that asks for the source of changes",
    UNKNOWN: "Licence that is no known SPDX licence",
    DENIED: "Licence that is denied",
    NOT_ALLOWED: "Licence that is not among the allowed",
}
_FIXES = {
    UNKNOWN: "Read the licence, and allow or deny it by the name that stands here.",
    DENIED: "Replace the package, or have the licence approved and take it off the list.",
    NOT_ALLOWED: "Replace the package, or have the licence approved and put it on the list.",
}
_FIX = "Replace the package, or have the licence approved and allow it (--license-allow, or an exception)."


def _run(scene: Scene) -> Iterator[Finding]:
    for package in scene.inventory.packages:
        judgement = judge(package.licenses, scene.licences)
        if judgement is not None:
            yield _finding(scene, package, judgement)


def _finding(scene: Scene, package: Package, judged: Judgement) -> Finding:
    name = judged.expression[:_CHARS] or NOT_STATED
    title = f"{TITLES[judged.verdict]}: {name}" if judged.expression else "No licence is stated"
    simple = judged.expression and judged.verdict != UNKNOWN and " " not in name
    return Finding(
        fingerprint=fingerprint(name, without_version(package.purl), scene.info.repository, package.from_base),
        kind="license",
        id=name,
        title=title,
        severity=judged.severity,
        severity_source="scantling",
        package=package.purl,
        installed_version=package.version,
        path=package.location.path,
        diff_id=package.location.diff_id,
        from_base=package.from_base,
        remediation=_FIXES.get(judged.verdict, _FIX),
        references=(f"https://spdx.org/licenses/{name}.html",) if simple else (),
        match=MatchEvidence("licence classes", judged.verdict),
        description=f"Stated: {'; '.join(package.licenses) or 'nothing'}."[:1_000],
    )


CHECK = Check("licences", "license", _run, of_documents=True)
