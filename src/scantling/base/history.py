"""Where the base ends, as the history of an image lets it be seen.

A Dockerfile ends in CMD or ENTRYPOINT, so one that stands below the topmost layer was the end of another Dockerfile:
that of the image below. An image flattened to one layer, or a base that declares no command, shows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from scantling.model.image import History
from scantling.model.moment import parse

_OLD = "/bin/sh -c #(nop)"  # how the classic builder writes what is no RUN
_REPRODUCIBLE_BEFORE = 1990  # builds that must give the same bytes twice carry the epoch, 1970 or 1980, as their date


def base_layers(history: Sequence[History], layers: int) -> int | None:
    """How many of the ``layers`` lowest layers are the base's; None where the history does not tell."""
    if sum(not entry.empty_layer for entry in history) != layers:
        return None
    above = len(history)
    while above and history[above - 1].empty_layer:
        above -= 1
    for end in range(above - 1, -1, -1):
        if history[end].empty_layer and _ends_a_dockerfile(history[end].created_by):
            return sum(not entry.empty_layer for entry in history[:end]) or None
    return None


def made_at(history: Sequence[History], layers: int) -> str:
    """When the topmost of the ``layers`` lowest layers was made (ISO 8601), "" where nothing credible is said."""
    made = [entry for entry in history if not entry.empty_layer][:layers]
    return credible(made[-1].created) if len(made) == layers and made else ""


def credible(created: str) -> str:
    """``created``, "" where that is no date or one that stands for none."""
    moment = parse(created)
    return created if moment is not None and moment.year >= _REPRODUCIBLE_BEFORE else ""


def _ends_a_dockerfile(instruction: str) -> bool:
    return instruction.removeprefix(_OLD).strip().startswith(("CMD ", "ENTRYPOINT "))
