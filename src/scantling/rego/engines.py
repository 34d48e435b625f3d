"""Which engine evaluates: the one that comes with ``scantling[rego]``, or an OPA that the user names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from . import engine
from .bundle import Answer, Bundle, Checked, RuleName


@dataclass(frozen=True, slots=True)
class Engine:
    """``check`` reads a bundle or raises ``UsageError``; ``evaluate`` gives what each rule says for each input."""

    check: Callable[[Bundle], Checked]
    evaluate: Callable[[Checked, Sequence[RuleName], Sequence[bytes], datetime], tuple[tuple[Answer, ...], ...]]


def engine_of(_opa: str = "") -> Engine:
    """The engine to use."""
    return Engine(engine.check, engine.evaluate)
