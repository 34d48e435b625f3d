"""Looks for what is attached to an image, where a policy asks for it: it costs a few requests of a registry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scantling.model.coverage import Gap
from scantling.model.errors import Unscannable
from scantling.model.image import ImageInfo

if TYPE_CHECKING:
    from scantling.compliance.pack import Pack
    from scantling.policy.asked import Asked
    from scantling.source.open_image import OpenImage


def with_attached(image: OpenImage, policies: Asked | None, packs: tuple[Pack, ...] = ()) -> ImageInfo:
    """What is known of ``image``, with what is attached to it. A source that holds images alone, and a list that cannot
    be read, leave it unknown; the latter with a gap."""
    if policies is None and not packs:
        return image.info
    from scantling.policy.requirements.signed_or_sbom import RULE

    of_packs = any(check.rule == RULE for pack in packs for control in pack.controls for check in control.checks)
    if not of_packs and (policies is None or not policies.asks(RULE)):
        return image.info
    from scantling.source.attached import attached
    from scantling.source.shelf import shelf_of

    shelf = shelf_of(image)
    if shelf is None:
        return image.info
    try:
        return replace(image.info, attached=attached(shelf))
    except Unscannable as error:
        gap = Gap("attached-not-read", image.info.reference, str(error), blocks=False)
        return replace(image.info, gaps=(*image.info.gaps, gap))
