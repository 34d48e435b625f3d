"""``rule: size``: how large the image may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..requirement import Breach, Circumstances, Requirement

_MB = 1_000_000


def judge(report: Report, parameters: Mapping[str, Any], _circumstances: Circumstances) -> Iterable[Breach]:
    layers = report.target.layers
    most = parameters.get("max_layers")
    if most is not None and len(layers) > most:
        yield Breach(
            f"{len(layers)} layers, {most} allowed", remediation="join RUN instructions, or copy the last stage"
        )
    limit = parameters.get("max_mb")
    if limit is None:
        return
    if any(layer.size < 0 for layer in layers) or not layers:
        yield Breach("the size of the image is not known, so it cannot be held against max_mb")
        return
    size = sum(layer.size for layer in layers)
    if size > limit * _MB:
        largest = max(layers, key=lambda layer: layer.size)
        made = f": {largest.created_by[:120]}" if largest.created_by else ""
        yield Breach(
            f"{size / _MB:.1f} MB in layers as stored, {limit} allowed",
            remediation=f"the largest layer has {largest.size / _MB:.1f} MB{made}",
        )


REQUIREMENT = Requirement(
    "size",
    "The largest size and number of layers.",
    judge,
    {
        "max_mb": {
            "type": "number",
            "exclusiveMinimum": 0,
            "description": "megabytes (10^6 bytes) of all layers as stored",
        },
        "max_layers": {"type": "integer", "minimum": 1, "description": "number of layers"},
    },
)
