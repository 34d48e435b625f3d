"""The words that the table and the Markdown of a plan share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.guard.display import printable
from scantling.model.purl import parse, spelled

from .change import BASE, BY_HAND, CONFIG, DROP_DEV, HEALTHCHECK, USER, Change, Left, Plan

_BY_HAND = {"secret": "Revoke", "malware": "Remove", "eol": "Leave", "integrity": "Settle"}


def title(change: Change) -> str:
    """The change in a few words: "Upgrade openssl 3.0.14 to 3.0.15"."""
    name = printable(change.name)
    if change.kind in {USER, HEALTHCHECK}:
        return f"Set {name}"
    if change.kind == BASE:
        return f"Build on {printable(change.version)}"
    if change.kind == DROP_DEV:
        return f"Leave out {name}"
    if change.kind == CONFIG:
        return f"Correct {name}"
    if change.kind == BY_HAND:
        return f"{_BY_HAND.get(change.type, 'Settle')} {_spelled(change.name)}"
    return f"Upgrade {name} {printable(change.installed)} to {printable(change.version)}"


def effect(change: Change) -> str:
    """What it takes away: "3 that stop it, 5 findings"."""
    findings = len(change.clears)
    parts = [f"{change.violations} that stop it"] if change.violations else []
    if findings != change.violations or not parts:
        parts.append(f"{findings} finding{'s' if findings != 1 else ''}" if findings else "a rule of the policy")
    return ", ".join(parts)


def remarks(change: Change) -> Iterator[str]:
    """What to mind, and what is done by hand."""
    if change.advice and change.kind not in {USER}:
        yield printable(change.advice)
    if change.is_major:
        yield "a major step: it may break what uses it"
    yield from (printable(note) for note in change.notes)


def outcome(plan: Plan) -> str:
    """The gate before and after, in one line."""
    words = {"pass": "passes", "fail": "fails", "not_asked": "is not asked"}
    count = len(plan.changes)
    text = (
        f"{words[plan.before]} now ({plan.blocking[0]} of {plan.findings[0]} findings stop it); with {count} "
        f"change{'s' if count != 1 else ''} it {words[plan.after]} ({plan.blocking[1]} of {plan.findings[1]})"
    )
    if plan.verified:
        text += ", matched again at the new versions"
    if not plan.changes:
        text = f"{words[plan.before]} ({plan.blocking[0]} of {plan.findings[0]} findings stop it)"
    if plan.after == "fail" and not plan.blocking[1]:
        text += ": what stops it then is no finding"
    by_hand = sum(not change.is_mechanical for change in plan.changes)
    if not by_hand:
        return text
    return f"{text}; {by_hand} of them by hand{', which are not taken for done' if plan.verified else ''}"


def left_groups(left: Sequence[Left]) -> Iterator[tuple[str, tuple[Left, ...]]]:
    """What is left, together where the package and the reason are the same."""
    groups: dict[tuple[str, str], list[Left]] = {}
    for one in left:
        groups.setdefault((one.where, one.why), []).append(one)
    for (where, why), members in groups.items():
        yield (f"{_spelled(where)}: {printable(why)}" if where else printable(why)), tuple(members)


def _spelled(place: str) -> str:
    if place.startswith("pkg:"):
        try:
            name, version = spelled(parse(place))[:2]
        except ValueError:
            return printable(place)
        return printable(f"{name} {version}".strip())
    return printable(place)
