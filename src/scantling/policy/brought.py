"""Which layer brought a package, in the words of a message."""

from __future__ import annotations

from scantling.model.report import Report, ReportPackage


def named(report: Report, package: ReportPackage) -> str:
    """Name and version, and the layer where the image's layers are known: "hello 2.10 (layer 2/3)"."""
    name = f"{package.name} {package.version}".strip()
    layers = [layer.diff_id for layer in report.target.layers]
    found = sorted({layers.index(place.diff_id) for place in package.locations if place.diff_id in layers})
    return f"{name} (layer {found[0] + 1}/{len(layers)})" if found else name
