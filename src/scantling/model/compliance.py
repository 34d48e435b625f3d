"""What a compliance pack came to: evidence for controls, never compliance itself."""

from __future__ import annotations

from dataclasses import dataclass

PASS, FAIL, NOT_CHECKABLE = "pass", "fail", "not_checkable"
OUTCOMES = (PASS, FAIL, NOT_CHECKABLE)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked up, as text: ``name`` "runs as", ``value`` "10001"."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of a control. ``check`` is the word after ``rule:``. ``findings`` are fingerprints."""

    check: str
    outcome: str
    message: str
    findings: tuple[str, ...] = ()
    remediation: str = ""


@dataclass(frozen=True, slots=True)
class ControlResult:
    """``outcome`` is "pass" only where every check could be judged, holds, and is enough to decide the control.
    ``attest`` is what a person still has to vouch for, "" for nothing."""

    id: str
    title: str
    asks: str
    outcome: str
    checks: tuple[CheckResult, ...]
    evidence: tuple[Fact, ...]
    attest: str
    source_url: str


@dataclass(frozen=True, slots=True)
class ComplianceResult:
    """One pack. ``digest`` is the SHA-256 of the pack's file, ``assessed_at`` the clock it was judged by. Controls
    stand in the pack's order."""

    pack: str
    title: str
    framework: str
    digest: str
    assessed_at: str
    passed: int
    failed: int
    not_checkable: int
    controls: tuple[ControlResult, ...]
