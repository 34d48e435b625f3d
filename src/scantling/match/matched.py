"""One advisory that speaks against one installed package."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.model.advisory import Advisory

from .affected import Judgement


@dataclass(frozen=True, slots=True)
class Hit:
    """``judgement`` is never NOT_AFFECTED."""

    advisory: Advisory
    judgement: Judgement
