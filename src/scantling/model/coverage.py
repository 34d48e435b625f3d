"""What was *not* looked at. Not knowing is a value and travels to every report, the verdict and the exit code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that could not be read, parsed, matched or trusted.

    ``what`` is a short kebab-case kind (``unknown-os``, ``unreadable-file``, ``limit-reached``, ``eol-os``,
    ``no-feed``, ``stale-feed``, ``parser-failure`` ...); ``where`` a path, layer, package or feed;
    ``reason`` one sentence for a person. ``blocks`` is true when the image must not be called clean because of it.
    """

    what: str
    where: str
    reason: str
    blocks: bool = True
