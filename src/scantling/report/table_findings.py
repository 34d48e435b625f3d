"""The middle of the table: findings by place and package, with the upgrade that clears most of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scantling.guard.display import clip, display_width, pad, printable, wrap
from scantling.model.finding import SEVERITIES, Finding
from scantling.model.report import Report

from .groups import Block, Problem, Section, sections
from .noise import noise_note, noise_of
from .paint import Paint
from .silenced import silenced

_STATUS = {
    "fixed": "a fix exists", "affected": "no fix yet", "will_not_fix": "will not be fixed",
    "fix_deferred": "fix deferred", "end_of_life": "end of life", "under_investigation": "under investigation",
    "not_affected": "not affected", "unverified": "UNVERIFIED: the version could not be compared",
}  # fmt: skip
_TITLE_COLUMN = 12
_TITLE_LINES = 2
_ONE_LINE_FROM = 110
_EPSS_WORTH_SAYING = 0.1
_NAMED = 8


def findings_lines(report: Report, negligible: bool, width: int, paint: Paint) -> list[str]:
    """All findings, or the sentence that there are none, which says "No findings" only of a complete scan."""
    unsuppressed = [finding for finding in report.findings if finding.suppressed is None]
    behind = [finding for finding in unsuppressed if finding.kind == "outdated"]
    live = [finding for finding in unsuppressed if finding.kind != "outdated"]
    serious = [finding for finding in live if negligible or finding.severity != "NEGLIGIBLE"]
    noise = noise_of(report, serious)
    shown = [finding for finding in serious if finding.fingerprint not in noise]
    lines = _summary(report, live, width, paint)
    for section in sections(report, shown):
        lines += ["", *_section(section, width, paint)]
    hidden = len(live) - len(serious)
    notes: list[str] = []
    if noise:
        notes.append(noise_note(noise, serious))
    if hidden:
        whose = "" if report.target.kind == "config" else ", by the distribution's own judgement"
        notes.append(f"{hidden} negligible{whose} (--severity NEGLIGIBLE lists them)")
    if behind:
        notes.append(_behind(behind))
    for note in notes:
        lines += ["", *_note(f"Also: {note}", width, paint)]
    if report.verdict.suppressed_count:
        lines += ["", *_note(f"Also: {report.verdict.suppressed_count} suppressed", width, paint)]
        for text in silenced(report):
            lines += _note(printable(text), width, paint, "    - ", "      ")
    for warning in report.verdict.warnings:
        if warning.rule == "filtered":
            lines += ["", *_note(f"Also: {printable(warning.message)}", width, paint)]
    return lines


def _note(text: str, width: int, paint: Paint, first: str = "", further: str = "") -> list[str]:
    wrapped = wrap(text, width - len(first))
    return [paint("dim", f"{further if number else first}{line}") for number, line in enumerate(wrapped)]


def _behind(findings: list[Finding]) -> str:
    names = sorted({printable(finding.id.removeprefix("OUTDATED-")) for finding in findings})
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    plural = "packages are" if len(names) > 1 else "package is"
    return (
        f"{len(names)} {plural} behind the newest fixed version of the distribution: {', '.join(names[:_NAMED])}{more}"
    )


def _summary(report: Report, live: list[Finding], width: int, paint: Paint) -> list[str]:
    if live:
        counts = Counter(finding.severity for finding in live)
        plural = "s" if len(live) > 1 else ""
        parts = [(name, f"{counts[name]} {name}") for name in SEVERITIES if counts[name]]
        plain = f"{len(live)} finding{plural}: " + ", ".join(part for _, part in parts)
        lines = [
            paint("bold", pad("Found", 9)) + plain.split(":")[0] + ": " + ", ".join(paint(*part) for part in parts)
        ]
        exploited = sum(finding.kev is not None for finding in live)
        if exploited:
            more = f"{exploited} known to be exploited"
            if 9 + display_width(f"{plain}, {more}") <= width:
                lines[0] += f", {more}"
            else:
                lines.append(" " * 9 + more)
        return lines
    if report.status != "complete":
        blocking = sum(gap.blocks for gap in report.gaps)
        things = "1 thing was" if blocking == 1 else f"{blocking} things were"
        text = f"No findings in what could be read; NOT complete: {things} not looked at, see below"
        return [paint("warn", line) for line in wrap(text, width)]
    if any(warning.rule == "filtered" for warning in report.verdict.warnings):
        return [paint("good", "No findings that the filter lets through.")]
    if report.database is not None and report.database.demo:
        return [paint("warn", "No findings in the demo data, which says nothing about this image.")]
    return [paint("good", "No findings.")]


def _section(section: Section, width: int, paint: Paint) -> list[str]:
    blocks = len(section.blocks)
    count = f"{section.count} problem{'s' if section.count > 1 else ''}"
    if section.has_packages:
        count += f" in {blocks} package{'s' if blocks > 1 else ''}"
    title = printable(section.title)
    if display_width(title) + display_width(count) + 2 <= width:
        lines = [paint("heading", title) + "  " + paint("dim", count)]
    else:
        lines = [*(paint("heading", line) for line in wrap(title, width)), "  " + paint("dim", count)]
    for block in section.blocks:
        lines += _block(block, width, paint)
    return lines


def _block(block: Block, width: int, paint: Paint) -> list[str]:
    name = f"{printable(block.name)} {printable(block.version)}".strip()
    if block.binaries:
        name += f" ({', '.join(printable(binary) for binary in block.binaries)})"
    lines = [("  " if not index else "    ") + paint("bold", line) for index, line in enumerate(wrap(name, width - 4))]
    if block.upgrade and (block.cleared > 1 or (block.upgrade,) != block.problems[0].first.fixed_versions):
        total = len(block.problems)
        cleared = "it" if total == 1 else f"all {total}" if block.cleared == total else f"{block.cleared} of {total}"
        advice = f"upgrade to {printable(block.upgrade)}: clears {cleared}"
        lines += ["    " + paint("good", line) for line in wrap(advice, width - 4)]
    if block.via:
        lines += ["    " + paint("dim", line) for line in wrap(f"comes by {block.via}", width - 4)]
    listed = [problem for problem in block.problems if not _is_minor(problem)]
    for problem in listed:
        lines += _problem(problem, width, paint)
    lines += _minor_lines((problem for problem in block.problems if _is_minor(problem)), width, paint)
    return lines


def _problem(problem: Problem, width: int, paint: Paint) -> list[str]:
    finding = problem.first
    id_, status = printable(problem.id), _status(finding)
    marks = _marks(finding)
    head = f"    {paint(finding.severity, finding.severity)}{' ' * max(10 - len(finding.severity), 1)}"
    title = printable(finding.title)
    plain = display_width(id_) + 2 + display_width(status)
    if width >= _ONE_LINE_FROM and not marks and plain < 60:
        left = pad(f"{pad(id_, 18)}  {status}", 52)
        room = width - 14 - display_width(left) - 2
        return [(head + left + ("  " + paint("dim", clip(title, room)) if title else "")).rstrip()]
    text = wrap(f"{id_}  {status}", width - 14)
    lines = [
        head + text[0].replace(id_, pad(id_, min(18, width - 14)), 1) if _fits(id_, status, width) else head + text[0]
    ]
    lines += [" " * 14 + line for line in text[1:]]
    if marks:
        lines += [" " * 14 + paint("bad", line) for line in wrap(marks, width - 14)]
    return lines + [" " * 14 + paint("dim", line) for line in wrap(title, width - 14, _TITLE_LINES)]


def _fits(id_: str, status: str, width: int) -> bool:
    return max(display_width(id_), 18) + 2 + display_width(status) <= width - 14


def _status(finding: Finding) -> str:
    if finding.fixed_versions:
        fixed = "fixed in " + ", ".join(printable(version) for version in finding.fixed_versions)
        return f"{_STATUS['unverified']}; {fixed}" if finding.status == "unverified" else fixed
    if finding.kind == "malware" and finding.is_advised and finding.status != "unverified":
        return "known to be malicious"
    if finding.kind == "license":
        return finding.match.range if finding.match is not None else "found"
    if finding.kind in {"misconfig", "secret", "integrity"}:
        return f"line {finding.line}" if finding.line else "as it is set up" if finding.kind == "misconfig" else "found"
    return _STATUS[finding.status]


def _marks(finding: Finding) -> str:
    marks = []
    if finding.kev is not None:
        due = f", fix due {printable(finding.kev.due)}" if finding.kev.due else ""
        ransomware = ", used by ransomware" if finding.kev.ransomware else ""
        marks.append(f"EXPLOITED in the wild (CISA KEV{due}{ransomware})")
    elif finding.exploit_public:
        marks.append("a public exploit exists")
    if finding.epss is not None and finding.epss.score >= _EPSS_WORTH_SAYING:
        marks.append(f"EPSS {finding.epss.score:.0%}")
    return "; ".join(marks)


def _is_minor(problem: Problem) -> bool:
    # little to fear, and nothing to do or nothing more to say: the ids are enough
    finding = problem.first
    return (
        finding.severity in {"LOW", "UNKNOWN", "NEGLIGIBLE"}
        and finding.kind == "vulnerability"
        and not (finding.fixed_versions and finding.title)
        and finding.status != "unverified"
        and not _marks(finding)
    )


def _minor_lines(problems: Iterable[Problem], width: int, paint: Paint) -> list[str]:
    by_status: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        key = (problem.first.severity, _status(problem.first))
        by_status.setdefault(key, []).append(printable(problem.id))
    lines = []
    for (severity, status), ids in by_status.items():
        text = wrap(f"{status}: {', '.join(ids)}", width - 14)
        lines.append(f"    {paint(severity, severity)}{' ' * max(10 - len(severity), 1)}{text[0]}")
        lines += [" " * 14 + line for line in text[1:]]
    return lines
