"""What the image itself says of the image it was built on.

The OCI annotations ``org.opencontainers.image.base.name`` and ``.digest`` (image-spec, annotations.md), as annotations
of the manifest or as labels; and the history: what the lowest layer's instruction made is the oldest part of the base.
"""

from __future__ import annotations

from scantling.model.image import ImageInfo
from scantling.model.moment import parse
from scantling.model.report import ReportBase

_NAME, _DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"
_REPRODUCIBLE_BEFORE = 1990  # builds that must give the same bytes twice carry the epoch, 1970 or 1980, as their date


def base_of(info: ImageInfo) -> ReportBase | None:
    """The base image, as far as it is known; ``evidence`` says from what. None when nothing is."""
    said = {**dict(info.config.labels), **dict(info.annotations)}
    reference, digest = said.get(_NAME, ""), said.get(_DIGEST, "")
    name, tag = _split(reference)
    created = _oldest(info)
    evidence = [f"annotation {_NAME}"] if reference else [f"annotation {_DIGEST}"] if digest else []
    if created:
        evidence.append("the lowest layer's entry in the history")
    if not evidence:
        return None
    return ReportBase(name, tag, digest, " and ".join(evidence), created, None)


def _split(reference: str) -> tuple[str, str]:
    bare = reference.partition("@")[0]
    slash = bare.rfind("/")
    colon = bare.rfind(":")
    return (bare[:colon], bare[colon + 1 :]) if colon > slash else (bare, "")


def _oldest(info: ImageInfo) -> str:
    """When the lowest layer was made, "" where the history does not say or says what cannot be."""
    for entry in info.config.history:
        if not entry.empty_layer:
            moment = parse(entry.created)
            return entry.created if moment is not None and moment.year >= _REPRODUCIBLE_BEFORE else ""
    return ""
