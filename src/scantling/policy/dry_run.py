"""What policies would have done to stored reports: which rule would have blocked how many images, and which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scantling.model.report import Violation

from .document import DENY


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule of one policy: the images that it would have blocked, and those that it would have warned of alone."""

    policy: str
    rule: str
    blocked: tuple[str, ...]
    warned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """``images`` were judged, of which ``blocked`` would not have passed. ``rules`` are those that said something, the
    one that blocks most first. ``unreadable`` are (file, reason): reports that could not be judged."""

    images: int
    blocked: tuple[str, ...]
    rules: tuple[RuleOutcome, ...]
    unreadable: tuple[tuple[str, str], ...]


def summed_up(
    judged: Iterable[tuple[str, tuple[Violation, ...]]], unreadable: Iterable[tuple[str, str]] = ()
) -> DryRun:
    """What was said of each image, by rule. An image counts once for a rule, as blocked if any of it blocks."""
    images: list[str] = []
    blocked: set[str] = set()
    rules: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for image, violations in judged:
        images.append(image)
        for violation in violations:
            denied, warned = rules.setdefault((violation.policy, violation.rule), (set(), set()))
            if violation.severity == DENY:
                denied.add(image)
                blocked.add(image)
            else:
                warned.add(image)
    outcomes = (
        RuleOutcome(policy, rule, tuple(sorted(denied)), tuple(sorted(warned - denied)))
        for (policy, rule), (denied, warned) in rules.items()
    )
    ordered = sorted(outcomes, key=lambda one: (-len(one.blocked), -len(one.warned), one.policy, one.rule))
    return DryRun(len(images), tuple(sorted(blocked)), tuple(ordered), tuple(sorted(unreadable)))
