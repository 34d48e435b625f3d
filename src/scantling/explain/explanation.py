"""One finding in full: what it is, where it comes from, why it was reported, how much it matters and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from scantling.model.finding import Finding
from scantling.model.relations import required_by
from scantling.model.report import Report, ReportLayer, ReportPackage, Violation
from scantling.report.links import advisory_url
from scantling.report.relation_words import asked_words, by_purl, needed_words, path_words

from .comparison import Step, steps
from .upgrade_command import upgrade_command


@dataclass(frozen=True, slots=True)
class Explanation:
    """``layer_number`` counts from 1, 0 where no layer brought it. ``violations`` are the rules that this finding makes
    fail. ``command`` is the shell command that upgrades the package, "" where none does.
    ``relations`` are sentences on who asked for it or needs it."""

    finding: Finding
    package: ReportPackage | None
    layer: ReportLayer | None
    layer_number: int
    layers: int
    steps: tuple[Step, ...]
    violations: tuple[Violation, ...]
    command: str
    page: str = field(default="")
    relations: tuple[str, ...] = field(default=())


def explanations(report: Report, id_: str) -> tuple[Explanation, ...]:
    """Every finding that ``id_`` means: by id, alias or the beginning of its fingerprint (eight characters or more);
    letters' case does not matter."""
    wanted = id_.casefold()
    return tuple(_explained(report, finding) for finding in report.findings if _is_meant(finding, wanted))


def _is_meant(finding: Finding, wanted: str) -> bool:
    if wanted in {name.casefold() for name in (finding.id, *finding.aliases)}:
        return True
    is_hash = len(wanted) >= 8 and not set(wanted) - set("0123456789abcdef")
    return is_hash and finding.fingerprint.casefold().startswith(wanted)


def _explained(report: Report, finding: Finding) -> Explanation:
    package = next((one for one in report.packages if one.purl == finding.package), None)
    numbers = {layer.diff_id: number for number, layer in enumerate(report.target.layers, 1)}
    number = numbers.get(finding.diff_id, 0)
    said = report.verdict.violations + report.verdict.warnings
    evidence = finding.match
    version = package.source.version if package is not None and package.source is not None else ""
    return Explanation(
        finding,
        package,
        report.target.layers[number - 1] if number else None,
        number,
        len(report.target.layers),
        steps(finding.package or "", version or finding.installed_version, evidence.range) if evidence else (),
        tuple(one for one in said if finding.fingerprint in one.findings),
        upgrade_command(finding, package),
        advisory_url(finding.id, finding.references) if finding.is_advised else "",
        _relations(report, package) if package is not None else (),
    )


def _relations(report: Report, package: ReportPackage) -> tuple[str, ...]:
    known = by_purl(report.packages)
    path, needed = path_words(package, known), needed_words(required_by(report.packages).get(package.purl, ()), known)
    said = (asked_words(package), f"comes by {path}" if path else "", f"needed by {needed}" if needed else "")
    return tuple(sentence for sentence in said if sentence)
