"""The points that each term of a priority counts: what ``docs/explain/priority.md`` gives, or what a policy says."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Weights:
    """Points by term. Those of "not in use" and "development" are taken off, so none is above 0; all others add.

    Severities and the two steps of "exploited" and "likely" never fall: worse facts never lower a priority.
    """

    critical: int = 50
    high: int = 40
    medium: int = 25
    unknown: int = 20
    low: int = 10
    negligible: int = 0
    exploited: int = 35
    public_exploit: int = 15
    likely: int = 10
    possible: int = 5
    fixable: int = 5
    in_use: int = 10
    not_in_use: int = -15
    root: int = 3
    exposed: int = 3
    production: int = 4
    own: int = 2
    development: int = -15

    def of_severity(self, severity: str) -> int:
        """The points of a severity as reports name it; a word that is none counts as UNKNOWN."""
        name = severity.lower()
        points: int = getattr(self, name) if name in SEVERITY_TERMS else self.unknown
        return points

    def changed(self) -> dict[str, int]:
        """The terms whose points are not the usual ones."""
        return {term: points for term in TERMS if (points := getattr(self, term)) != getattr(USUAL, term)}


USUAL = Weights()
TERMS = tuple(field.name for field in fields(Weights))
SEVERITY_TERMS = ("negligible", "low", "medium", "high", "critical", "unknown")
LOWERING = frozenset({"not_in_use", "development"})
# of each pair the first is the less pressing fact: it may not count more than the second
RISING = (
    ("negligible", "low"), ("low", "medium"), ("medium", "high"), ("high", "critical"),
    ("public_exploit", "exploited"), ("possible", "likely"),
)  # fmt: skip
