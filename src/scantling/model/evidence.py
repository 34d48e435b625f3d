"""What the inspectors saw in one layer beside packages: kept and cached for each inspector on its own."""

from __future__ import annotations

from dataclasses import dataclass

from .coverage import Gap


@dataclass(frozen=True, slots=True)
class LayerEvidence:
    """``facts`` is the MessagePack form of the inspector's own facts (``analyze.inspector``), b"" where the layer could
    not be inspected at all; ``gaps`` say what of the layer it could not look at."""

    inspector: str
    facts: bytes = b""
    gaps: tuple[Gap, ...] = ()
