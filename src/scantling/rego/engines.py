"""Which engine evaluates: the one that comes with ``scantling[rego]``, or an OPA that the user names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import engine
from .bundle import Answer, Bundle, Checked, RuleName


@dataclass(frozen=True, slots=True)
class Engine:
    """``check`` reads a bundle or raises ``UsageError``; ``evaluate`` gives what each rule says for each input."""

    check: Callable[[Bundle], Checked]
    evaluate: Callable[[Checked, Sequence[RuleName], Sequence[bytes], datetime], tuple[tuple[Answer, ...], ...]]


def engine_of(opa: str = "", *, offline: bool = False) -> Engine:
    """The engine to use: the OPA that ``opa`` names, a program or the URL of a server. Raises ``UsageError`` where it
    cannot be run."""
    if not opa:
        return Engine(engine.check, engine.evaluate)
    if opa.startswith(("http://", "https://")):
        from .opa_server import server_engine

        return server_engine(opa, offline=offline)
    from .opa import opa_engine

    return opa_engine(Path(opa))
