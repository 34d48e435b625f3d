"""Base or application: which of the two brought each thing, by the layer that it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scantling.model.finding import Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Inventory, Package


def origins(info: ImageInfo, base_layers: int | None) -> Mapping[str, bool]:
    """For each diffID whether it is the base's; empty where that is not known. An equal layer on both sides (an empty
    one, mostly) is the base's."""
    if base_layers is None:
        return {}
    return {layer.diff_id: layer.index < base_layers for layer in reversed(info.layers) if layer.diff_id}


def with_origins(inventory: Inventory, of_layer: Mapping[str, bool]) -> Inventory:
    """``inventory`` with ``from_base`` on each package: false as soon as the application brought it too, since then it
    can be mended there."""
    if not of_layer:
        return inventory
    return replace(inventory, packages=tuple(replace(p, from_base=_of(p, of_layer)) for p in inventory.packages))


def placed(finding: Finding, of_layer: Mapping[str, bool]) -> Finding:
    """``finding`` with ``from_base`` by its layer, where nothing better said so."""
    if finding.from_base is not None or finding.diff_id not in of_layer:
        return finding
    return replace(finding, from_base=of_layer[finding.diff_id])


def _of(package: Package, of_layer: Mapping[str, bool]) -> bool | None:
    told = {of_layer.get(location.diff_id) for location in package.locations}
    return False if False in told else True if told == {True} else None
