"""From whatever a name points at down to one image manifest, through indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scantling.guard import limits
from scantling.model.errors import Unscannable

from .manifest import INDEX_TYPES, Descriptor, Index, Manifest, parse
from .platform import Platform, parse_wish
from .provenance import attestation_of

Fetch = Callable[[Descriptor], bytes]
"""The bytes of a manifest or index, their digest and size verified."""

_ATTESTATION = "vnd.docker.reference.type"


@dataclass(frozen=True, slots=True)
class Resolved:
    """``digest`` is the image manifest's own. ``platform`` is what the index says of it, None where it says nothing;
    ``attestation`` the manifest of what BuildKit attests of it."""

    manifest: Manifest
    digest: str
    platform: Platform | None = None
    attestation: Descriptor | None = None


def resolve(document: Index | Manifest, digest: str, fetch: Fetch, wish: str, where: str) -> Resolved:
    """The image for the platform ``wish`` (``SourceOptions.platform``).

    An index of one image is taken whatever its platform unless ``wish`` names one. Raises ``Unscannable`` when the
    platform is not there (naming those that are) and when the index is nested too deeply or too wide.
    """
    if isinstance(document, Manifest):
        return Resolved(document, digest)
    taken = _take(_collect(document, digest, fetch, where), fetch, wish, where)
    return replace(taken, attestation=attestation_of(document, taken.digest))


def _collect(top: Index, digest: str, fetch: Fetch, where: str) -> list[tuple[Platform | None, Descriptor]]:
    found: list[tuple[Platform | None, Descriptor]] = []
    seen = {digest}
    waiting = [(top, 1)]
    for index, depth in waiting:  # grows while it is walked
        for entry in index.manifests:
            if (entry.platform is not None and entry.platform.is_unknown) or entry.annotation(_ATTESTATION):
                continue
            if entry.media_type not in INDEX_TYPES:
                found.append((entry.platform, entry))
            elif entry.digest not in seen:  # true digests cannot form a cycle, but an index can be named twice
                seen.add(entry.digest)
                if depth == limits.INDEX_DEPTH:
                    raise Unscannable(f"indexes nested more than {limits.INDEX_DEPTH} deep", where=where)
                inner = parse(fetch(entry), declared=entry.media_type, where=where)
                if isinstance(inner, Index):
                    waiting.append((inner, depth + 1))
            if len(found) + len(seen) > limits.INDEX_ENTRIES:
                raise Unscannable(f"an index of more than {limits.INDEX_ENTRIES} entries", where=where)
    return found


def _take(found: Sequence[tuple[Platform | None, Descriptor]], fetch: Fetch, wish: str, where: str) -> Resolved:
    if not found:
        raise Unscannable("the index names no image", where=where)
    wanted = parse_wish(wish)
    fits = [(platform, entry) for platform, entry in found if platform is not None and wanted.accepts(platform)]
    platform: Platform | None
    if fits:
        # without a wish for a variant the plain one, else the highest: arm v7 before v6
        plain = [pair for pair in fits if pair[0].variant == wanted.variant]
        platform, entry = plain[0] if plain else max(fits, key=lambda pair: pair[0])
    elif len({entry.digest for _, entry in found}) == 1 and (not wish or found[0][0] is None):
        platform, entry = found[0]
    else:
        offered = ", ".join(sorted({str(platform or "not stated") for platform, _ in found}))
        raise Unscannable(
            f"no image for platform {wanted}; found: {offered}", where=where, hint="choose one of them with --platform"
        )
    document = parse(fetch(entry), declared=entry.media_type, where=where)
    if isinstance(document, Index):
        raise Unscannable("an index where an image manifest was declared", where=where)
    return Resolved(document, entry.digest, platform)
