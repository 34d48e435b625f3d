"""The page's part on compliance packs: a table for each, its checks and evidence folded."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.model.compliance import FAIL, NOT_CHECKABLE, PASS, ComplianceResult, ControlResult
from scantling.model.report import Report

from .html_text import e, link
from .table_compliance import NOTE, WORDS, counts, why

_STYLES = {PASS: "pass", FAIL: "fail", NOT_CHECKABLE: "partial"}


def compliance_section(report: Report) -> Iterator[str]:
    """Nothing where no pack was asked for."""
    for index, result in enumerate(report.compliance):
        yield f'<section class="card" aria-labelledby="compliance-{index}">'
        yield f'<h2 id="compliance-{index}">Compliance: {e(result.title)} ({e(result.framework)})</h2>'
        yield f"<p>{counts(result)}. {NOTE}</p>"
        yield from controls_table(result)
        yield "</section>"


def controls_table(result: ComplianceResult) -> Iterator[str]:
    """Control, outcome, what decided it, and what a person has to attest."""
    yield '<div class="scroll"><table class="stack"><thead><tr><th scope="col">Control</th>'
    yield '<th scope="col">Outcome</th><th scope="col">Evidence</th></tr></thead><tbody>'
    for control in result.controls:
        outcome = f'<span class="pill {_STYLES[control.outcome]}">{WORDS[control.outcome]}</span>'
        yield (
            f'<tr><td data-label="Control"><strong>{link(control.source_url, control.id)}</strong> {e(control.title)}'
            f'<br><span class="soft">{e(control.asks)}</span></td>'
            f'<td data-label="Outcome">{outcome}</td>'
            f'<td data-label="Evidence">{"".join(_evidence(control))}</td></tr>'
        )
    yield "</tbody></table></div>"


def _evidence(control: ControlResult) -> Iterator[str]:
    if reason := why(control):
        yield f"<p>{e(reason)}</p>"
    yield "<details><summary>Checks and facts</summary><ul>"
    for check in control.checks:
        marks = f" ({len(check.findings)} findings)" if check.findings else ""
        yield f"<li>{e(check.check)}: {WORDS[check.outcome]}: {e(check.message)}{marks}</li>"
        if check.remediation:
            yield f"<li>To do: {e(check.remediation)}</li>"
    for fact in control.evidence:
        yield f"<li>{e(fact.name)}: <code>{e(fact.value)}</code></li>"
    if control.attest:
        yield f"<li>To attest: {e(control.attest)}</li>"
    yield "</ul></details>"
