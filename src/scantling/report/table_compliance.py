"""The table's part on compliance packs: a line for each control, and what a person still has to vouch for."""

from __future__ import annotations

from scantling.guard.display import display_width, pad, printable, wrap
from scantling.model.compliance import FAIL, NOT_CHECKABLE, PASS, ComplianceResult, ControlResult
from scantling.model.report import Report

from .paint import Paint

WORDS = {PASS: "pass", FAIL: "FAIL", NOT_CHECKABLE: "not checkable"}
NOTE = "Evidence for controls, never compliance: what a person has to attest is listed with each control."
_STYLES = {PASS: "good", FAIL: "bad", NOT_CHECKABLE: "warn"}
_OUTCOME = 13


def compliance_lines(report: Report, checks: bool, width: int, paint: Paint) -> list[str]:
    """Every pack; with ``checks`` each check, the evidence and what is to be attested."""
    lines: list[str] = []
    for result in report.compliance:
        lines += [""] if lines else []
        lines += _pack(result, checks, width, paint)
    return lines


def counts(result: ComplianceResult) -> str:
    """The pack in a few words."""
    return f"{result.passed} pass, {result.failed} fail, {result.not_checkable} not checkable"


def why(control: ControlResult) -> str:
    """What decided the control, in one line."""
    for outcome in (FAIL, NOT_CHECKABLE):
        told = [check.message for check in control.checks if check.outcome == outcome]
        if told:
            return "; ".join(dict.fromkeys(told))
    if control.outcome == NOT_CHECKABLE:
        held = "what can be checked holds; " if control.checks else ""
        return f"{held}a person attests: {control.attest}" if control.attest else f"{held}a person decides"
    return ""


def _pack(result: ComplianceResult, checks: bool, width: int, paint: Paint) -> list[str]:
    title = f"Compliance: {printable(result.title)} ({printable(result.framework)})"
    lines = [paint("heading", line) for line in wrap(title, width)]
    lines += ["  " + paint("dim", counts(result))]
    ids = min(max(display_width(printable(control.id)) for control in result.controls), 24)
    for control in result.controls:
        word = paint(_STYLES[control.outcome], pad(WORDS[control.outcome], _OUTCOME))
        head = f"  {pad(printable(control.id), ids)}  "
        lines.append(f"{head}{word}  {printable(control.title)}")
        indent = 6 if checks or ids > 12 else 2 + ids + 2
        if checks:
            lines += _details(control, indent, width, paint)
        elif reason := why(control):
            lines += _indented(reason, indent, width, "dim", paint)
    lines += _indented(NOTE, 2, width, "dim", paint)
    return lines


def _details(control: ControlResult, indent: int, width: int, paint: Paint) -> list[str]:
    lines = _indented(control.asks, indent, width, "", paint)
    for check in control.checks:
        lines += _indented(f"- {check.check}: {WORDS[check.outcome]}: {check.message}", indent, width, "", paint)
        if check.remediation:
            lines += _indented(f"to do: {check.remediation}", indent + 2, width, "dim", paint)
    facts = "; ".join(f"{fact.name}: {fact.value}" for fact in control.evidence)
    lines += _indented(f"evidence: {facts}", indent, width, "dim", paint) if facts else []
    return lines + (_indented(f"to attest: {control.attest}", indent, width, "warn", paint) if control.attest else [])


def _indented(text: str, indent: int, width: int, style: str, paint: Paint) -> list[str]:
    return [
        " " * indent + (paint(style, line) if style else line) for line in wrap(printable(text, 2_000), width - indent)
    ]
