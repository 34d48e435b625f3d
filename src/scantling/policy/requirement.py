"""The contract of a requirement: one kind of rule that a policy file can ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scantling.model.report import Report
from scantling.store.history import Seen

IN_CONFIGURATION = "in the image's configuration"
"""Where a thing is that no layer brought: the place that a message names."""


@dataclass(frozen=True, slots=True)
class Breach:
    """What does not hold. ``denies`` is false while it is still allowed; ``due`` (ISO date) is then the last day of
    that, None where no day is set yet."""

    message: str
    findings: tuple[str, ...] = ()
    remediation: str = ""
    due: str | None = None
    denies: bool = True


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a verdict depends on beside the report: the clock, and the history of findings by fingerprint."""

    now: datetime
    history: Mapping[str, Seen] = field(default_factory=dict)


UNKNOWN: Mapping[str, Any] = {
    "enum": ["fail", "warn"],
    "description": "what it means when that is not known, as offline: a violation (default) or a warning",
}
"""The schema of a parameter ``unknown``, for requirements on what a scan may have had no way to learn."""


def denies_unknown(parameters: Mapping[str, Any]) -> bool:
    """What the parameter ``unknown`` says."""
    return bool(parameters.get("unknown", "fail") == "fail")


@dataclass(frozen=True, slots=True)
class Requirement:
    """``id`` is the word after ``rule:`` in a policy. ``parameters`` maps each parameter to its JSON Schema, with a
    ``description``; ``required`` names those that must be given. ``scanner`` is the word of ``--scanners`` without
    which the requirement cannot be judged ("" needs none). ``judge`` is given checked parameters."""

    id: str
    summary: str
    judge: Callable[[Report, Mapping[str, Any], Circumstances], Iterable[Breach]]
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    scanner: str = ""
