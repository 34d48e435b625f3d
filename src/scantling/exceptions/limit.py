"""How long a policy lets an exception last: from the day it was added to its last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scantling.model.coverage import Gap
from scantling.model.finding import NO_DAY, Finding, Suppression


def over(added: date | None, expires: date | None, today: date, max_days: int | None) -> str:
    """Why an exception does not count under a limit of ``max_days``, in words; "" where it does or there is none.

    The days are counted from ``added``: counted from today, an exception of ten years would count again in its last
    weeks. One that does not say when it was added cannot be told from such a one.
    """
    if max_days is None:
        return ""
    allowed = f"the policy allows {max_days} day{'' if max_days == 1 else 's'}"
    if expires is None:
        return f"has no end, and {allowed}: give it `expires`"
    if added is None:
        return f"does not say when it was added, and {allowed}: give it `added`"
    if added > today:
        return f"is added on {added}, a day that has not come"
    if expires > added + timedelta(days=max_days):
        return f"lasts {(expires - added).days} days, and {allowed}"
    return ""


def not_counted(id_: str, where: str, why: str) -> Gap:
    """What a report says of an exception that fits one of its findings and does not count."""
    return Gap("exception-not-counted", where, f"the exception for {id_} {why}", blocks=False)


def within(
    findings: tuple[Finding, ...], max_days: int | None, today: date
) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """``findings`` of a saved report, those live again whose exception lasts longer than ``max_days``, and
    what to say of that."""
    out: list[Finding] = []
    gaps: set[Gap] = set()
    for finding in findings:
        said = finding.suppressed
        why = _why(said, today, max_days) if said is not None else ""
        if said is None or not why:
            out.append(finding)
            continue
        out.append(replace(finding, suppressed=None))
        gaps.add(not_counted(finding.id, said.by, why))
    return tuple(out), tuple(sorted(gaps))


def _why(said: Suppression, today: date, max_days: int | None) -> str:
    if said.added is None:
        return ""  # no exception: VEX, a baseline, a comment in a file
    return over(_day(said.added), _day(said.expires or NO_DAY), today, max_days)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
