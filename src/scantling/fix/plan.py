"""The few changes that clear an image's gate.

Chosen greedily: again and again the change that takes away most of what still stops the image. Then each is left out
once, the least first, and stays out if the gate passes without it. That no smaller set exists is not promised (to find
the smallest is to solve set cover), but none of the changes can be left out of a plan that passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from scantling.guard import limits
from scantling.model.finding import Finding
from scantling.model.report import Report, Verdict

from . import configuration, language, system
from .change import SYSTEM, Change, Left, Plan
from .left import left
from .mended import foretold
from .verify import Check, refined

Judge = Callable[[Report], Verdict]
"""What the gate and the policies say of a report that holds every finding."""

ACCEPTED_FOR = timedelta(days=90)


def plan(
    report: Report,
    judge: Judge,
    gate: str,
    today: date,
    check: Check | None = None,
    code: Callable[[Report], int] = lambda _: 0,
) -> Plan:
    """``gate`` says in words what ``judge`` asks, ``code`` is the exit code of a judged report. With ``check`` the plan
    is tried out, and its versions are raised where they have findings of their own."""
    before = judge(report)
    chosen = choose(report, judge, candidates(report, before))
    if check is None:
        after_report = foretold(report, chosen)
        after = judge(after_report)
    else:
        chosen, after_report = refined(chosen, check)
        after = after_report.verdict
    stops = blocking(before)
    ranked = rank(replace(change, violations=len(stops.intersection(change.clears))) for change in chosen)
    lines = (*system.commands(ranked), *language.commands(ranked))
    by_hand = {print_ for change in ranked if not change.is_mechanical for print_ in change.clears}
    return Plan(
        image=report.target.reference,
        gate=gate,
        before=before.outcome,
        after=after.outcome,
        blocking=(len(stops), len(blocking(after))),
        findings=(_live(report), _live(after_report)),
        changes=ranked,
        commands=lines,
        left=_left(after_report, after, today, by_hand),
        notes=tuple(_notes(report, ranked, lines)),
        code=code(replace(after_report, verdict=after)),
        verified=check is not None,
    )


def candidates(report: Report, verdict: Verdict) -> tuple[Change, ...]:
    """Everything that could be done about the findings that count."""
    live = [finding for finding in report.findings if finding.suppressed is None]
    return (
        *system.upgrades(report, live),
        *language.upgrades(report, live),
        *language.without_dev(report, live),
        *configuration.changes(report, live, verdict),
    )


def choose(report: Report, judge: Judge, offered: Iterable[Change]) -> tuple[Change, ...]:
    """The changes to make, in the order in which they were chosen."""
    rest = list(offered)
    verdict = judge(report)
    missing = blocking(verdict)
    chosen: list[Change] = []
    while missing and rest:
        best = min(rest, key=lambda change: _worth(change, missing))
        if missing.isdisjoint(best.clears):
            break
        rest.remove(best)
        chosen.append(best)
        missing -= set(best.clears)
    # a rule without findings, as on the user: what answers it is told by the rule's own word
    rules = {violation.rule for violation in verdict.violations if not violation.findings}
    chosen += [change for change in rest if change.name.lower() in rules]
    return _pruned(report, judge, chosen)


def blocking(verdict: Verdict) -> set[str]:
    """The findings for which the gate fails."""
    return {print_ for violation in verdict.violations for print_ in violation.findings}


def rank(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Those that take away most of what stops the image first, then those that take away most findings."""
    return tuple(sorted(changes, key=lambda one: (-one.violations, -len(one.clears), one.kind, one.name, one.version)))


def _worth(change: Change, missing: set[str]) -> tuple[int, bool, bool, int, str, str]:
    gained = len(missing.intersection(change.clears))
    return -gained, not change.is_mechanical, change.is_major, -len(change.clears), change.name, change.version


def _pruned(report: Report, judge: Judge, chosen: list[Change]) -> tuple[Change, ...]:
    if judge(foretold(report, chosen)).violations:
        return tuple(chosen)  # it does not pass either way: each takes away something that stops it
    for change in chosen[::-1][: limits.FIX_TRIALS]:
        fewer = [one for one in chosen if one is not change]
        if not judge(foretold(report, fewer)).violations:
            chosen = fewer
    return tuple(chosen)


def _live(report: Report) -> int:
    return sum(finding.suppressed is None for finding in report.findings)


def _left(report: Report, verdict: Verdict, today: date, by_hand: set[str]) -> tuple[Left, ...]:
    by_print: dict[str, Finding] = {finding.fingerprint: finding for finding in report.findings}
    found: dict[str, Left] = {}
    for violation in verdict.violations:
        for print_ in violation.findings:
            if print_ in by_print and print_ not in by_hand:
                found.setdefault(print_, left(by_print[print_], today + ACCEPTED_FOR))
        if not violation.findings:
            what = (violation.remediation,) if violation.remediation else ()
            found.setdefault(violation.rule, Left(violation.rule, "", "", violation.message, what))
    return tuple(found.values())


def _notes(report: Report, changes: Sequence[Change], lines: Sequence[str]) -> Iterable[str]:
    yield from system.mind(lines)
    base = report.target.base
    from_base = sum(change.kind == SYSTEM for change in changes)
    if base is not None and base.behind and from_base:
        yield f"{base.reference} has moved on: build again with --pull first, some of these may be done then"
    if report.status != "complete":
        yield "the scan is incomplete: what was not looked at may need more"
