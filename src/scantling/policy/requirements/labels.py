"""``rule: labels``: what the image says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import TEXTS, matches
from ..requirement import IN_CONFIGURATION, Breach, Circumstances, Requirement


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    labels = report.target.config.labels
    missing = [name for name in parameters.get("required", ()) if not labels.get(name)]
    if missing:
        yield Breach(
            f"missing label{'s' if len(missing) > 1 else ''} {IN_CONFIGURATION}: {', '.join(missing)}",
            remediation=f'add to the Dockerfile: LABEL {missing[0]}="..."',
        )
    for name, pattern in sorted(parameters.get("values", {}).items()):
        if name not in labels or not matches(labels[name], (pattern,)):
            has = f"is {labels[name]!r}" if name in labels else "is missing"
            yield Breach(
                f"label {name} {has} {IN_CONFIGURATION}, it must fit {pattern!r}", remediation=f'LABEL {name}="..."'
            )
    forbidden = sorted(name for name in labels if matches(name, parameters.get("forbidden", ())))
    if forbidden:
        yield Breach(
            f"forbidden label{'s' if len(forbidden) > 1 else ''} {IN_CONFIGURATION}: {', '.join(forbidden)}",
            remediation=f"take LABEL {forbidden[0]} out of the Dockerfile; one of the base image's goes with the base",
        )


REQUIREMENT = Requirement(
    "labels",
    "Labels that the image must or must not carry.",
    judge,
    {
        "required": {**TEXTS, "description": "names of labels that must be there and not be empty"},
        "forbidden": {**TEXTS, "description": "names of labels that must not be there (patterns)"},
        "values": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
            "description": "label: pattern that its value must fit, with * and ?",
        },
    },
)
