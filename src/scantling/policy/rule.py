"""The contract between ``evaluate`` and a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scantling.model.report import Report, Violation

from .gate import Gate


@dataclass(frozen=True, slots=True)
class Rule:
    """``judge`` returns a violation of severity "deny" (the gate fails), one of severity "warn", or None.

    ``exit_code`` gives what a denial exits with. ``summary`` is one sentence for the manual.
    """

    id: str
    summary: str
    judge: Callable[[Report, Gate], Violation | None]
    exit_code: Callable[[Gate], int]
