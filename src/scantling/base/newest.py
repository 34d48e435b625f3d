"""Whether a base is still what its tag points to: asks the base's registry, and compares digests and layers.

A name that the image itself gives (an annotation) may lead anywhere: such a registry must lie on a public address, and
gets no credentials that were meant for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scantling.guard.secret import Secret
from scantling.model.coverage import Gap
from scantling.model.errors import ScantlingError
from scantling.model.image import ImageInfo
from scantling.model.report import ReportBase
from scantling.net.options import NetOptions
from scantling.source.options import SourceOptions
from scantling.source.reference import ImageReference, parse_reference

from .candidates import CLAIMED
from .chain import chain_ids


def with_newest(
    base: ReportBase, asks: str, info: ImageInfo, options: SourceOptions
) -> tuple[ReportBase, tuple[Gap, ...]]:
    """``base`` with ``newest`` and ``behind``, or with a gap that says why nobody knows. ``asks`` is the reference to
    ask for, "" where the base has no name with a tag."""
    if not asks:
        return base, (_gap(info.reference, "the base image has no name and tag that a registry could be asked for"),)
    if options.offline:
        return base, (_gap(asks, "--offline forbids asking the base image's registry"),)
    try:
        reference = replace(parse_reference(asks), digest="")
        if not reference.tag:
            return base, (_gap(asks, "the base image is known by its digest alone: no tag can have moved"),)
        own, net = _terms(reference, base.source in CLAIMED, info, options)
        top, newest = _asked(reference, replace(own, platform=info.platform), net)
    except ScantlingError as error:
        return base, (_gap(asks, str(error)),)
    chains = chain_ids([layer.diff_id for layer in info.layers])
    return replace(base, newest=top, behind=_is_behind(base, top, newest, chains)), ()


def _is_behind(base: ReportBase, top: str, newest: ImageInfo, chains: Sequence[str]) -> bool | None:
    lowest = chain_ids([layer.diff_id for layer in newest.layers])
    if base.digest in {top, newest.image_digest} or (lowest and lowest[-1] in chains):
        return False
    return True if base.digest or base.source == "layers" else None


def _asked(reference: ImageReference, options: SourceOptions, net: NetOptions | None) -> tuple[str, ImageInfo]:
    """The digest that the tag points to, and the image of the platform there."""
    from scantling.source.registry import open_registry, open_session
    from scantling.source.registry_fetch import fetch_manifest

    session = open_session(reference, options, net=net)
    try:
        top = fetch_manifest(session, reference.tag, str(reference)).digest
    finally:
        session.client.close()
    image = open_registry(replace(reference, digest=top), options, net=net)
    image.close()
    return top, image.info


def _terms(
    reference: ImageReference, is_claimed: bool, info: ImageInfo, options: SourceOptions
) -> tuple[SourceOptions, NetOptions | None]:
    own = info.kind == "registry" and parse_reference(info.reference).registry == reference.registry
    if own:
        return options, None
    bare = replace(options, username="", password=Secret(""), registry_token=Secret(""))
    if not is_claimed:
        return bare, None
    return bare, NetOptions(ca_cert=options.ca_cert, read_timeout_s=options.timeout_s, trust_target=False)


def _gap(where: str, reason: str) -> Gap:
    return Gap("base-not-compared", where, reason, blocks=False)
