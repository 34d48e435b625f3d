"""Which layers a violation's findings come from, in words."""

from __future__ import annotations

from collections import Counter

from scantling.guard.display import clip
from scantling.model.report import Report, Violation

_LAYERS_NAMED = 3
_INSTRUCTION = 70


def places(report: Report, violation: Violation) -> tuple[str, ...]:
    """A line for each layer, the one with most findings first; nothing for what no layer brought."""
    numbers = {layer.diff_id: (index, layer.created_by) for index, layer in enumerate(report.target.layers, 1)}
    concerned = set(violation.findings)
    counts = Counter(
        finding.diff_id
        for finding in report.findings
        if finding.fingerprint in concerned and finding.diff_id in numbers
    )
    total = len(report.target.layers)
    lines = []
    for diff_id, count in sorted(counts.items(), key=lambda item: (-item[1], numbers[item[0]][0])):
        index, instruction = numbers[diff_id]
        made = f" {clip(instruction, _INSTRUCTION)}" if instruction else ""
        lines.append(f"{count} from layer {index}/{total}{made}")
    if len(lines) > _LAYERS_NAMED:
        return (*lines[:_LAYERS_NAMED], f"and {len(lines) - _LAYERS_NAMED} more layers")
    return tuple(lines)
