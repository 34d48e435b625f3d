"""What the ``index.json`` of an OCI layout holds beside the image: artifacts that refer to it, and the tags
that tools leave behind when a registry is copied into a layout."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.guard import limits

from .artifact import parse_artifact
from .layout_blobs import REF_NAME, blob_name, fetch_blob
from .manifest import INDEX_TYPES, Descriptor, Index, parse
from .referrers import tag_of
from .shelf import attestations_inside
from .store import Store


@dataclass(frozen=True, slots=True)
class LayoutShelf:
    """A ``Shelf``. ``listed`` are the entries of ``index.json`` and of the image's own index."""

    store: Store
    digests: tuple[str, ...]
    listed: tuple[Descriptor, ...]

    def referrers(self, digest: str) -> tuple[Descriptor, ...]:
        """The listed manifests whose subject is ``digest``, the index under its tag, and what buildx put beside it."""
        found = list(attestations_inside(self.listed, digest))
        for entry in self.listed:
            if entry.annotation(REF_NAME) == tag_of(digest):
                index = parse(self.manifest(entry), declared=entry.media_type, where=entry.digest)
                found += index.manifests if isinstance(index, Index) else ()
            elif (
                entry.digest not in self.digests
                and entry.media_type not in INDEX_TYPES
                and self.store.holds(blob_name(entry.digest))
                and parse_artifact(self.manifest(entry), entry.digest).subject == digest
            ):
                found.append(entry)
        return tuple(found)

    def tagged(self, tag: str) -> bytes | None:
        """The manifest under ``tag``."""
        for entry in self.listed:
            if entry.annotation(REF_NAME) == tag:
                return self.manifest(entry)
        return None

    def manifest(self, entry: Descriptor) -> bytes:
        """The manifest that ``entry`` names, verified."""
        return fetch_blob(self.store, entry, limits.MANIFEST_BYTES)

    def blob(self, entry: Descriptor) -> bytes:
        """The blob that ``entry`` names, verified."""
        return fetch_blob(self.store, entry, limits.ATTACHED_BYTES)
