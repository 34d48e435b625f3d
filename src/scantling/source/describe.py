"""Puts a manifest and a configuration together: what is known of an image before a layer is read."""

from __future__ import annotations

from scantling.model.coverage import Gap
from scantling.model.errors import Unscannable
from scantling.model.image import ImageInfo, LayerRef

from .config import Configuration, instructions, parse_config
from .platform import Platform, parse_wish
from .resolve import Resolved


def describe(
    resolved: Resolved, config: bytes, *, reference: str, kind: str, repository: str, wish: str = ""
) -> ImageInfo:
    """The image of a manifest whose configuration (verified by the caller) is ``config``.

    Layers that are not to be fetched (foreign, non-distributable) or cannot be read (encrypted) become blocking gaps.
    Raises ``Unscannable`` when the configuration does not fit the manifest.
    """
    manifest = resolved.manifest
    parsed = parse_config(config, manifest.config.digest)
    if len(parsed.diff_ids) != len(manifest.layers):
        raise Unscannable(
            f"the manifest has {len(manifest.layers)} layers, the configuration {len(parsed.diff_ids)} diff_ids",
            where=reference,
            hint="the image is inconsistent: build or push it again",
        )
    created_by, gaps = instructions(parsed.config.history, len(manifest.layers), reference)
    found = list(gaps)
    layers: list[LayerRef] = []
    for number, layer in enumerate(manifest.layers):
        reason = _unreadable(layer.media_type)
        if reason:
            found.append(Gap("layer-not-read", layer.digest, f"layer {number + 1}/{len(manifest.layers)} {reason}"))
            continue
        layers.append(
            LayerRef(
                len(layers), parsed.diff_ids[number], layer.digest, layer.size, layer.media_type, created_by[number]
            )
        )
    return ImageInfo(
        reference=reference,
        kind=kind,
        repository=repository,
        image_digest=resolved.digest,
        config_digest=manifest.config.digest,
        platform=str(parsed.platform or resolved.platform or ""),
        config=parsed.config,
        layers=tuple(layers),
        annotations=manifest.annotations,
        gaps=(*found, *platform_gap(wish, parsed.platform, reference)),
    )


def describe_saved(
    parsed: Configuration, layers: list[LayerRef], config_digest: str, *, reference: str, repository: str, wish: str
) -> ImageInfo:
    """The image of a docker archive, which has no manifest; ``layers`` lack only ``diff_id`` and ``created_by``."""
    if len(parsed.diff_ids) != len(layers):
        raise Unscannable(
            f"manifest.json names {len(layers)} layers, the configuration {len(parsed.diff_ids)} diff_ids",
            where=reference,
            hint="the archive is inconsistent: save the image again",
        )
    created_by, gaps = instructions(parsed.config.history, len(layers), reference)
    return ImageInfo(
        reference=reference,
        kind="docker-archive",
        repository=repository,
        config_digest=config_digest,
        platform=str(parsed.platform or ""),
        config=parsed.config,
        layers=tuple(
            LayerRef(layer.index, diff_id, layer.digest, layer.size, layer.media_type, line)
            for layer, diff_id, line in zip(layers, parsed.diff_ids, created_by, strict=True)
        ),
        gaps=(*gaps, *platform_gap(wish, parsed.platform, reference)),
    )


def platform_gap(wish: str, actual: Platform | None, where: str) -> tuple[Gap, ...]:
    """A single image is scanned whatever was asked for, but not passed off as the platform it is not."""
    if not wish or actual is None or parse_wish(wish).accepts(actual):
        return ()
    return (Gap("other-platform", where, f"asked for {wish}, but the only image there is for {actual}"),)


def _unreadable(media_type: str) -> str:
    if "nondistributable" in media_type or ".foreign." in media_type:
        return "is foreign (non-distributable): it is not fetched from the place it names"
    if "encrypted" in media_type:
        return "is encrypted"
    return ""
