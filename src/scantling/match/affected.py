"""Does a version lie in what an advisory calls affected? Three answers: yes, no, and "that cannot be told"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from scantling.model.advisory import Advisory, Range
from scantling.versions import Unparseable, at_precision_of, key

_FROM_THE_BEGINNING = frozenset({"", "0"})


class Answer(Enum):
    """UNVERIFIED: one of the versions to be compared is none in its scheme."""

    AFFECTED = "affected"
    NOT_AFFECTED = "not affected"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``fixed`` are the fixes of the ranges the version lies in, lowest first; ``range`` those ranges as text."""

    answer: Answer
    fixed: tuple[str, ...] = ()
    range: str = ""


_NOT_AFFECTED = Judgement(Answer.NOT_AFFECTED)


def judge(advisory: Advisory, version: str) -> Judgement:
    """Whether ``version`` is affected, by the advisory's list of versions and by its ranges."""
    verdicts = [(_inside(advisory.scheme, version, limits), limits) for limits in advisory.ranges]
    listed = _listed(advisory.scheme, version, advisory.versions)
    inside = [limits for answer, limits in verdicts if answer is Answer.AFFECTED]
    if inside or listed is Answer.AFFECTED:
        texts = [range_text(limits) for limits in inside] or [f"={version}"]
        return Judgement(Answer.AFFECTED, _fixes(advisory.scheme, inside), " || ".join(dict.fromkeys(texts)))
    unsure = [limits for answer, limits in verdicts if answer is Answer.UNVERIFIED]
    if unsure or listed is Answer.UNVERIFIED:
        texts = [range_text(limits) for limits in unsure]
        return Judgement(Answer.UNVERIFIED, _fixes(advisory.scheme, unsure), " || ".join(dict.fromkeys(texts)))
    return _NOT_AFFECTED


def range_text(limits: Range) -> str:
    """A range as a person writes it: ">=1.2, <1.4.1"; ">=0" when it has no ends."""
    parts = []
    if limits.introduced not in _FROM_THE_BEGINNING:
        parts.append(f">={limits.introduced}")
    if limits.fixed:
        parts.append(f"<{limits.fixed}")
    elif limits.last_affected:
        parts.append(f"<={limits.last_affected}")
    return ", ".join(parts) or ">=0"


def in_order(scheme: str, versions: Iterable[str]) -> tuple[str, ...]:
    """Each version once, oldest first; what cannot be ordered comes last, by its text."""
    known, unknown = [], []
    for version in sorted(set(versions)):
        try:
            known.append((key(scheme, version), version))
        except Unparseable:
            unknown.append(version)
    known.sort(key=lambda pair: pair[0])
    return (*(version for _, version in known), *unknown)


def _inside(scheme: str, version: str, limits: Range) -> Answer:
    answers = []
    if limits.introduced not in _FROM_THE_BEGINNING:
        answers.append(_holds(scheme, version, ">=", limits.introduced))
    if limits.fixed:
        answers.append(_holds(scheme, version, "<", limits.fixed))
    elif limits.last_affected:
        answers.append(_holds(scheme, version, "<=", limits.last_affected))
    if Answer.NOT_AFFECTED in answers:
        return Answer.NOT_AFFECTED  # one end that does not hold settles it, whatever the other is
    return Answer.UNVERIFIED if Answer.UNVERIFIED in answers else Answer.AFFECTED


def _holds(scheme: str, version: str, relation: str, bound: str) -> Answer:
    try:
        limit = key(scheme, bound)
        if relation == ">=":
            holds = key(scheme, version) >= limit
        elif relation == "<":
            holds = key(scheme, version) < limit
        else:
            holds = key(scheme, at_precision_of(scheme, version, bound)) <= limit
    except Unparseable:
        return Answer.UNVERIFIED
    return Answer.AFFECTED if holds else Answer.NOT_AFFECTED


def _listed(scheme: str, version: str, versions: tuple[str, ...]) -> Answer:
    if version in versions:
        return Answer.AFFECTED
    if not versions:
        return Answer.NOT_AFFECTED
    try:
        key(scheme, version)
    except Unparseable:
        return Answer.UNVERIFIED
    for listed in versions:
        try:
            if key(scheme, at_precision_of(scheme, version, listed)) == key(scheme, listed):
                return Answer.AFFECTED
        except Unparseable:
            continue  # a list names versions one by one: one that is no version cannot be an installed one that is
    return Answer.NOT_AFFECTED


def _fixes(scheme: str, ranges: Iterable[Range]) -> tuple[str, ...]:
    return in_order(scheme, (limits.fixed for limits in ranges if limits.fixed))
