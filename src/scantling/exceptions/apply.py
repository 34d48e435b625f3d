"""Puts exceptions to findings. What is suppressed stays in the report, with who and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scantling.model.finding import Finding, Suppression

from .entry import Entry

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

    An entry past its last day does not count, nor one that lasts longer from today than ``max_days`` or for ever where
    there is such a limit.
    """
    counting = [not entry.is_expired(today) and not too_long(entry, today, max_days) for entry in entries]
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
        until = chosen.expires.isoformat() if chosen.expires is not None else None
        out.append(replace(finding, suppressed=Suppression(_who(chosen), chosen.reason or "no reason given", until)))
    used = tuple(
        Used(entry, tuple(sorted(set(prints))), counts)
        for entry, prints, counts in zip(entries, fits, counting, strict=True)
    )
    return tuple(out), used


def too_long(entry: Entry, today: date, max_days: int | None) -> bool:
    """Whether ``entry`` lasts longer than a policy lets exceptions last."""
    return max_days is not None and (entry.expires is None or entry.expires > today + timedelta(days=max_days))


def problems(used: Used, findings: Sequence[Finding], today: date, max_days: int | None = None) -> tuple[str, ...]:
    """What is wrong with an entry, in words; nothing when it does its work."""
    entry = used.entry
    said = []
    if entry.is_expired(today):
        said.append(f"expired on {entry.expires}")
    elif entry.expires is not None and entry.expires <= today + EXPIRES_SOON:
        days = (entry.expires - today).days
        said.append(f"expires on {entry.expires}, in {days} day{'' if days == 1 else 's'}")
    if too_long(entry, today, max_days):
        said.append(f"lasts longer than the {max_days} days that the policy allows, so it does not count")
    if not used.fits:
        said.append("matches nothing any more")
    if len(used.fits) > _TOO_MANY:
        said.append(f"matches {len(used.fits)} findings: name the package, the path or the image")
    prints = set(used.fits)
    fixed = sorted({v for finding in findings if finding.fingerprint in prints for v in finding.fixed_versions})
    if fixed:
        said.append(f"a fix is out: {', '.join(fixed[:3])}")
    return tuple(said)


def _who(entry: Entry) -> str:
    return f"{entry.owner} ({entry.place})" if entry.owner else str(entry.place)
