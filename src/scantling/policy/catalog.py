"""Every rule. Their order is the precedence of the exit codes: the first that denies gives the number."""

from __future__ import annotations

from .rule import Rule
from .rules import coverage, eol_os, filtered, incomplete, severity, stale_database

RULES: tuple[Rule, ...] = (
    severity.RULE,
    eol_os.RULE,
    incomplete.RULE,
    coverage.RULE,
    stale_database.RULE,
    filtered.RULE,
)
