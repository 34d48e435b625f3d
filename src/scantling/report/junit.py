"""JUnit XML, as Jenkins and GitLab read it: a test case for each finding and each gap.

A finding is a <failure>, something not looked at an <error>, a silenced finding and a harmless gap <skipped>. A scan
with nothing to say has one case that passes, since readers take a suite without cases for a broken one.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from scantling.guard.display import printable
from scantling.model.finding import Finding
from scantling.model.report import Report

from .base_words import base_line
from .identity import ranked
from .links import advisory_url
from .notices import Notice, notices, violation_lines
from .options import ReportOptions

_OUTCOME = {"error": "error", "warning": "skipped", "note": "skipped"}


@dataclass(frozen=True, slots=True)
class _Case:
    """``outcome`` is the element inside, "" for a test that passed."""

    classname: str
    name: str
    outcome: str = ""
    message: str = ""
    kind: str = ""
    text: str = ""


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as one test suite, UTF-8."""
    cases = [_gate_case(report)] if report.verdict.outcome != "not_asked" else []
    cases += [_notice_case(notice) for notice in notices(report)]
    cases += [_finding_case(id_, finding) for id_, finding in ranked(report.findings)]
    if not cases:
        cases = [_Case("scantling", "no findings")]
    counts = {name: sum(case.outcome == name for case in cases) for name in ("failure", "error", "skipped")}
    totals = (
        f'tests="{len(cases)}" failures="{counts["failure"]}" errors="{counts["error"]}" skipped="{counts["skipped"]}"'
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="scantling" {totals} time="0">',
        f'<testsuite name={_attribute(report.target.reference)} {totals} time="0" '
        f"timestamp={_attribute(report.created_at.removesuffix('Z'))}>",
        "<properties>",
        *(f"<property name={_attribute(name)} value={_attribute(value)}/>" for name, value in _properties(report)),
        "</properties>",
        *map(_element, cases),
        "</testsuite>",
        "</testsuites>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _properties(report: Report) -> list[tuple[str, str]]:
    target, database = report.target, report.database
    return [
        ("scantling.version", report.tool.version),
        ("scantling.status", report.status),
        ("scantling.outcome", report.verdict.outcome),
        ("image.digest", target.image_digest),
        ("image.platform", target.platform),
        ("image.base", base_line(report)),
        ("database.built_at", database.built_at if database is not None else ""),
        ("database.digest", database.digest if database is not None else ""),
    ]


def _gate_case(report: Report) -> _Case:
    if report.verdict.outcome == "pass":
        return _Case("scantling.gate", "the gate passed")
    lines = violation_lines(report)
    return _Case("scantling.gate", "the gate passed", "failure", "; ".join(lines[:3]), "gate", "\n".join(lines))


def _notice_case(notice: Notice) -> _Case:
    return _Case(
        "scantling.coverage", f"{notice.id}: {notice.text}", _OUTCOME[notice.level], notice.text, notice.id, notice.text
    )


def _finding_case(id_: str, finding: Finding) -> _Case:
    # no version in the class: the case keeps its history when the package is upgraded and still affected
    package = (finding.package or "").split("?", 1)[0]
    name, version = (package.rsplit("@", 1) if "@" in package.rsplit("/", 1)[-1] else [package, ""])[:2]
    where = name or finding.path or "image"
    title = f"[{finding.severity}] {finding.id} {where.removeprefix('pkg:')} {finding.installed_version or version}"
    if finding.kind == "integrity" and finding.package:
        title += f" {finding.path}"  # one case for each of its files
    fix = f"fixed in {', '.join(finding.fixed_versions)}" if finding.fixed_versions else finding.status
    message = f"{finding.id} ({finding.severity}): {finding.title or finding.kind}; {fix}"
    lines = [
        f"finding: {id_}",
        f"package: {finding.package or '-'}",
        f"installed: {finding.installed_version or '-'}",
        f"status: {fix}",
        f"path: {finding.path or '-'}",
        f"layer: {finding.diff_id or '-'}",
    ]
    if finding.remediation:
        lines.append(f"do: {finding.remediation}")
    if finding.is_advised:
        lines.append(f"see: {advisory_url(finding.id, finding.references)}")
    if finding.suppressed is not None:
        message = f"silenced by {finding.suppressed.by}: {finding.suppressed.reason}"
    harmless = finding.suppressed is not None or finding.status == "not_affected" or finding.kind == "outdated"
    return _Case(
        f"scantling.{finding.kind}.{where.removeprefix('pkg:')}", title, "skipped" if harmless else "failure",
        message, finding.severity, "\n".join(map(printable, lines)),
    )  # fmt: skip


def _element(case: _Case) -> str:
    head = f'<testcase classname={_attribute(case.classname)} name={_attribute(case.name)} time="0"'
    if not case.outcome:
        return head + "/>"
    kind = "" if case.outcome == "skipped" else f" type={_attribute(case.kind)}"
    return f"{head}><{case.outcome} message={_attribute(case.message)}{kind}>{escape(case.text)}</{case.outcome}></testcase>"  # noqa: E501


def _attribute(text: str) -> str:
    # what is printable is legal in XML 1.0: controls, surrogates and noncharacters have become visible escapes
    return quoteattr(printable(text))
