"""A verdict made again from its record, and made anew from other inputs: what changed, and which input changed it.

Inputs are exchanged one after the other, and every verdict on the way is compared to the one before, so that each
difference has one cause. The database comes first: with another one at hand the recorded one cannot be asked any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scantling.model.coverage import Gap
from scantling.model.report import Report, Verdict, Violation

from .record import Accepted, Record, Rules, digest_of, input_digest, names_in
from .scan import Inspected, judge

if TYPE_CHECKING:
    from scantling.db.open import Database

DATABASE, IMAGE, POLICY, EXCEPTIONS, TIME = "database", "image", "policy", "exceptions", "time"


@dataclass(frozen=True, slots=True)
class Changed:
    """The inputs to exchange; None keeps the recorded one."""

    inspected: Inspected | None = None
    rules: Rules | None = None
    accepted: Accepted | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One input was exchanged: the verdict before and after, and in words what is denied or warned of since then
    (``come``) and what no longer is (``gone``)."""

    cause: str
    before: str
    after: str
    come: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """``same`` is whether the report is the recorded one, byte for byte; ``steps`` are the inputs that differ, in the
    order in which they were exchanged; ``record`` is what the report was made of."""

    report: Report
    record: Record
    same: bool
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    names: dict[str, str] = field(default_factory=dict)
    excused: frozenset[str] = frozenset()  # what the report says of exceptions that do not count


def replay(
    record: Record,
    database: Database | None,
    changed: Changed = Changed(),
    database_gaps: tuple[Gap, ...] = (),
) -> Replayed:
    """The report that ``record`` stands for, with ``database`` and what ``changed`` names in place of what it holds.
    ``database_gaps`` are what is to be said of the database where it is another than the recorded one.

    Raises ``UsageError`` where the engine for its policies in Rego cannot be had.
    """
    before = _Judged(record.verdict, dict(record.names))
    steps: list[Step] = []
    is_another = record.database != _digest(database)
    if is_another:
        record = replace(record, database=_digest(database), database_gaps=database_gaps)
    report = _report(record, database)
    if is_another:
        steps.append(_step(DATABASE, before, report))
    for cause, other in _exchanges(record, changed):
        before, record = _judged(report), other
        report = _report(record, database)
        steps.append(_step(cause, before, report))
    return Replayed(report, record, digest_of(report, record.rules.gate) == record.report, tuple(steps))


def _exchanges(record: Record, changed: Changed) -> Iterator[tuple[str, Record]]:
    """The record with one more input exchanged each time; one that is the same already is left alone."""
    wanted = (
        (IMAGE, "inspected", changed.inspected),
        (POLICY, "rules", changed.rules),
        (EXCEPTIONS, "accepted", changed.accepted),
        (TIME, "now", changed.now),
    )
    for cause, name, value in wanted:
        if value is not None and input_digest(value) != input_digest(getattr(record, name)):
            exchanged: dict[str, Any] = {name: value}
            record = replace(record, **exchanged)
            yield cause, record


def _report(record: Record, database: Database | None) -> Report:
    return judge(record.inspected, database, record.options(), record.database_gaps)


def _digest(database: Database | None) -> str:
    return database.meta.digest if database is not None else ""


def _judged(report: Report) -> _Judged:
    said = frozenset(gap.reason for gap in report.gaps if gap.what == "exception-not-counted")
    return _Judged(report.verdict, names_in(report), said)


def _step(cause: str, before: _Judged, report: Report) -> Step:
    after = _judged(report)
    names = {**before.names, **after.names}
    old, new = _claims(before.verdict, names), _claims(after.verdict, names)
    lapsed = sorted(after.excused - before.excused) if cause != DATABASE else []
    return Step(
        cause,
        before.verdict.outcome,
        after.verdict.outcome,
        (*lapsed, *(text for key, text in new.items() if key not in old)),
        tuple(text for key, text in old.items() if key not in new),
    )


def _claims(verdict: Verdict, names: dict[str, str]) -> dict[tuple[str, ...], str]:
    """What a verdict says, one line for each finding of each rule, and for a rule that is about no finding."""
    found: dict[tuple[str, ...], str] = {}  # whichever policy says so: a renamed one says the same
    for one in (*verdict.violations, *verdict.warnings):
        for print_ in one.findings:
            found[(one.rule, one.severity, print_)] = f"{_name(one)}: {names.get(print_, print_)}"
        if not one.findings:
            found[(one.rule, one.severity, one.message)] = f"{_name(one)}: {one.message}"
    return found


def _name(one: Violation) -> str:
    return one.rule if one.severity == "deny" else f"{one.rule} (warning)"
