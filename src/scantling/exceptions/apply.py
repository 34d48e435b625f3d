"""Puts exceptions to findings. What is suppressed stays in the report, with who and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scantling.model.coverage import Gap
from scantling.model.finding import BASELINE, NO_DAY, Finding, Suppression

from .entry import Entry
from .limit import not_counted, over

EXPIRES_SOON = timedelta(days=14)
_TOO_MANY = 50  # findings that one entry may take without being called too wide


@dataclass(frozen=True, slots=True)
class Used:
    """What became of one entry: the fingerprints it fits, and whether it counted."""

    entry: Entry
    fits: tuple[str, ...]
    counted: bool


def apply(
    findings: Iterable[Finding], entries: Sequence[Entry], repository: str, today: date, max_days: int | None = None
) -> tuple[tuple[Finding, ...], tuple[Used, ...]]:
    """``findings`` with the fitting ones suppressed by the first entry that fits, and what became of each entry.

    An entry past its last day does not count, nor one that lasts longer than ``max_days`` where there is such a limit.
    """
    counting = [not why_not(entry, today, max_days) for entry in entries]
    fits: list[list[str]] = [[] for _ in entries]
    out = []
    for finding in findings:
        chosen: Entry | None = None
        for index, entry in enumerate(entries):
            if entry.fits(finding, repository):
                fits[index].append(finding.fingerprint)
                if counting[index] and chosen is None:
                    chosen = entry
        if chosen is None or finding.suppressed is not None:
            out.append(finding)
            continue
        out.append(replace(finding, suppressed=_suppression(chosen)))
    used = tuple(
        Used(entry, tuple(sorted(set(prints))), counts)
        for entry, prints, counts in zip(entries, fits, counting, strict=True)
    )
    return tuple(out), used


def why_not(entry: Entry, today: date, max_days: int | None = None) -> str:
    """Why ``entry`` does not count today, in words; "" where it does."""
    if entry.is_expired(today):
        return f"expired on {entry.expires}"
    return over(entry.added, entry.expires, today, max_days)


def remarks(uses: Iterable[Used], today: date, max_days: int | None = None) -> tuple[Gap, ...]:
    """What a report says of entries that fit one of its findings and do not count, and of those that take several by a
    pattern of ids and nothing else: they also take what nobody has seen yet."""
    return tuple(gap for used in uses if used.fits for gap in _remarks(used, today, max_days))


def _remarks(used: Used, today: date, max_days: int | None) -> Iterator[Gap]:
    entry = used.entry
    if not used.counted:
        yield not_counted(entry.id, str(entry.place), why_not(entry, today, max_days))
    elif len(used.fits) > 1 and entry.is_of_ids_alone():
        said = f"the exception for {entry.id} takes {len(used.fits)} findings, and every later one of such an id"
        reason = f"{said}: name each, or the package or the path"
        yield Gap("exception-too-wide", str(entry.place), reason, blocks=False)


def problems(used: Used, findings: Sequence[Finding], today: date, max_days: int | None = None) -> tuple[str, ...]:
    """What is wrong with an entry, in words; nothing when it does its work."""
    entry = used.entry
    said = []
    why = why_not(entry, today, max_days)
    if why:
        said.append(why)
    if not entry.is_expired(today) and entry.expires is not None and entry.expires <= today + EXPIRES_SOON:
        days = (entry.expires - today).days
        said.append(f"expires on {entry.expires}, in {days} day{'' if days == 1 else 's'}")
    if not used.fits:
        said.append("matches nothing any more")
    if len(used.fits) > _TOO_MANY:
        said.append(f"matches {len(used.fits)} findings: name the package, the path or the image")
    prints = set(used.fits)
    fixed = {v for finding in findings if finding.fingerprint in prints for v in finding.fixed_versions}
    since = sorted(fixed.difference(entry.known_fixes or ()))
    if since and entry.known_fixes is not None:
        said.append(f"a fix has come out since: {', '.join(since[:3])}")
    elif since:
        said.append(f"a fix is out: {', '.join(since[:3])} (if that was known then, say so: `known_fixes`)")
    return tuple(said)


def _suppression(entry: Entry) -> Suppression:
    until = entry.expires.isoformat() if entry.expires is not None else None
    added = entry.added.isoformat() if entry.added is not None else NO_DAY
    reason = entry.reason or "no reason given"
    return Suppression(_who(entry), f"{entry.justification}: {reason}" if entry.justification else reason, until, added)


def _who(entry: Entry) -> str:
    # an owner is no way to pass for a document or an earlier report
    is_plain = entry.owner and not entry.owner.startswith(("VEX", BASELINE.strip()))
    return f"{entry.owner} ({entry.place})" if is_plain else f"{entry.place} {entry.owner}".strip()
