"""Markdown for a comment on a pull or merge request: the answer first, details folded.

The hidden marker at its top is the same for every scan of one image, so that a comment is updated and not repeated.
The text stays below what GitHub takes in one comment.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scantling.guard import limits
from scantling.guard.display import clip, printable
from scantling.model.finding import BASELINE, SEVERITIES, Finding
from scantling.model.report import Report

from .base_words import base_line, split_line
from .groups import Block, Problem, sections
from .links import advisory_url
from .next_step import next_command
from .notices import gap_notice, notices, status_notices, violation_lines
from .options import ReportOptions
from .sarif_rules import escape_markdown
from .silenced import silenced
from .table_compliance import counts as outcomes

# forges look for mentions and references in the rendered text, where a backslash is gone: a zero-width space parts them
_REFERENCE = re.compile(r"(@|[#!](?=[0-9]))")
_URGENT = ("CRITICAL", "HIGH")
_TOP_ROWS, _GAPS, _TITLE = 10, 20, 90


@dataclass(frozen=True, slots=True)
class Part:
    """A titled list of whole lines. ``heading`` are the lines that a table begins with, ``folded`` hides it until
    somebody asks."""

    title: str
    rows: tuple[str, ...]
    folded: bool = True
    heading: tuple[str, ...] = ()


def render(report: Report, _options: ReportOptions) -> bytes:
    """``report`` as GitHub-flavoured Markdown of at most ``limits.MARKDOWN_BYTES`` bytes; what is cut is counted."""
    return compose(report)


def compose(report: Report, lines: Sequence[str] = (), first: Sequence[Part] = ()) -> bytes:
    """The same, with ``lines`` below its head and ``first`` before its own lists: what changed, in a comment."""
    live = [finding for finding in report.findings if finding.suppressed is None]
    head = "\n".join([marker(report), "", *_head(report, live), *lines, ""])
    tail = "\n".join(["", *_foot(report), ""])
    left = limits.MARKDOWN_BYTES - len((head + tail).encode()) - 1_000  # room for closing what is open
    return (head + "".join(_written((*first, *_parts(report, live)), left)) + tail).encode()


def marker(report: Report) -> str:
    """The comment's hidden name: of the repository of the image and its platform, not of tag or digest."""
    name = report.target.reference.split("@", 1)[0]
    head, colon, tail = name.rpartition(":")
    if colon and "/" not in tail and head:
        name = head
    text = f"{name}\0{report.target.platform}".encode("utf-8", "surrogatepass")
    return f"<!-- scantling:{hashlib.sha256(text).hexdigest()[:16]} -->"


def code(text: str, columns: int = 160) -> str:
    """``text`` as inline code that nothing in it can end or render."""
    shown = clip(printable(text), columns).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`" if shown.strip() else ""


def plain(text: str, columns: int = 300) -> str:
    """``text`` as plain words: no link, no HTML, no mention, no table cell comes of it."""
    return _REFERENCE.sub(r"\1&#8203;", escape_markdown(clip(printable(text), columns)))


def _head(report: Report, live: list[Finding]) -> Iterator[str]:
    counts = Counter(finding.severity for finding in live)
    outcome = report.verdict.outcome
    if outcome == "fail":
        title = "❌ Gate failed"
    elif report.status != "complete":
        title = "⚠️ Scan not complete"
    elif report.database is None and not live:
        title = "Packages listed"
    elif outcome == "pass":
        title = "✅ Gate passed"
    else:
        title = f"{len(live)} finding{'s' if len(live) != 1 else ''}" if live else "✅ No findings"
    yield f"### {title}: {code(report.target.reference, 100)}"
    yield ""
    if counts:
        yield " · ".join(f"**{counts[severity]}** {severity.lower()}" for severity in SEVERITIES if counts[severity])
    elif report.database is not None:
        some = "shown" if report.verdict.warnings else "found"
        yield f"No findings {some}{'' if report.status == 'complete' else ' in what could be read'}."
    if base := base_line(report):
        yield ""
        yield f"Base image: {plain(base)}"
    if origin := split_line(live):
        yield ""
        yield f"{origin}."
    yield ""
    known = Counter(finding.suppressed.by for finding in report.findings if finding.suppressed is not None)
    for name, count in sorted(known.items()):
        if name.startswith(BASELINE):
            yield f"> {count} more {'was' if count == 1 else 'were'} there before: {code(name, 80)}"
            yield ">"
    for notice in status_notices(report):
        yield f"> {'⚠️ **' if notice.level == 'error' else ''}{plain(notice.text)}{'**' if notice.level == 'error' else ''}"  # noqa: E501
        yield ">"
    for line in violation_lines(report)[:_GAPS]:
        yield f"- ❌ {plain(line)}"
    for result in report.compliance:
        failed = ", ".join(control.id for control in result.controls if control.outcome == "fail")
        yield f"- {code(result.pack)}: {plain(outcomes(result) + (f'; failed: {failed}' if failed else ''))}"
    yield ""


def _parts(report: Report, live: list[Finding]) -> Iterator[Part]:
    blocks = [block for section in sections(report, live) for block in section.blocks]
    upgrades = sorted(
        (block for block in blocks if block.upgrade), key=lambda block: (_worst(block), -block.cleared, block.name)
    )
    if upgrades:
        rows = [
            f"| {code(block.name, 60)} | {code(block.version, 40)} | {code(block.upgrade, 40)} | {block.cleared} |"
            for block in upgrades[:_TOP_ROWS]
        ]
        more = len(upgrades) - _TOP_ROWS
        rows += ["", f"and {more} more upgrades."] if more > 0 else []
        heading = ("| Upgrade | From | To | Clears |", "|---|---|---|---|")
        yield Part("What to change first", tuple(rows), folded=False, heading=heading)
    if report.gaps:
        # what was not looked at must survive the cut: it is bounded, so it goes before the long lists
        rows = [f"- {plain(gap_notice(gap).text)}" for gap in report.gaps[:_GAPS]]
        rows += [f"- and {len(report.gaps) - _GAPS} more"] if len(report.gaps) > _GAPS else []
        yield Part(f"Not looked at ({len(report.gaps)})", tuple(rows))
    if count := sum(finding.suppressed is not None for finding in report.findings):
        # bounded as well: nothing is silenced without saying who did
        yield Part(f"Silenced, by whom and why ({count})", tuple(f"- {plain(line)}" for line in silenced(report)))
    heading = ("| Severity | Vulnerability | Package | Installed | Fixed in |", "|---|---|---|---|---|")
    for urgent, title in ((True, "Critical and high"), (False, "Everything else")):
        found = tuple(
            _row(block, problem)
            for block in sorted(blocks, key=lambda block: (_worst(block), block.name, block.version))
            for problem in block.problems
            if (problem.first.severity in _URGENT) is urgent
        )
        if found:
            yield Part(f"{title} ({len(found)})", found, heading=heading)


def _written(parts: Iterable[Part], room: int) -> Iterator[str]:
    """``parts`` in at most some ``room`` bytes; each says how many of its lines are left out."""
    for part in parts:
        kept: list[str] = []
        room -= sum(len(line.encode()) + 1 for line in part.heading)
        for row in part.rows:
            size = len(row.encode()) + 1
            if size > room:
                break
            room -= size
            kept.append(row)
        yield f"\n<details><summary>{part.title}</summary>\n\n" if part.folded else f"\n**{part.title}**\n\n"
        if kept:
            yield "\n".join((*part.heading, *kept, ""))
        if len(kept) < len(part.rows):
            yield f"\n{len(part.rows) - len(kept)} more lines are not shown here; the full report has them.\n"
        if part.folded:
            yield "\n</details>\n"


def _worst(block: Block) -> int:
    return min(SEVERITIES.index(problem.first.severity) for problem in block.problems)


def _row(block: Block, problem: Problem) -> str:
    first = problem.first
    id_ = plain(problem.id, 60)
    if first.is_advised:
        id_ = f"[{id_}]({advisory_url(first.id, first.references)})"
    exploited = " 🔥 exploited" if first.kev is not None else ""
    fixed = ", ".join(code(version, 40) for version in first.fixed_versions[:3])
    title = f" {plain(first.title, _TITLE)}" if first.title else ""
    name = code(block.name, 60) or code(first.path, 60)
    return (
        f"| {first.severity}{exploited} | {id_}{title} | {name} | {code(first.installed_version, 40)} "
        f"| {fixed or first.status.replace('_', ' ')} |"
    )


def _foot(report: Report) -> Iterator[str]:
    count = sum(finding.suppressed is not None for finding in report.findings)
    facts = [f"Scantling {plain(report.tool.version, 20)}", f"{len(report.packages)} packages"]
    if report.target.os is not None:
        facts.append(plain(report.target.os.pretty_name or report.target.os.id, 60))
    if report.database is not None:
        facts.append(f"database of {plain(report.database.built_at, 30)}")
    if count:
        facts.append(f"{count} silenced")
    if report.target.image_digest:
        facts.append(code(report.target.image_digest[:19], 30))
    if not notices(report) or report.verdict.outcome == "not_asked":
        facts.append(f"next: {code(next_command(report), 200)}")
    yield f"<sub>{' · '.join(facts)}</sub>"
