"""What is attached to an image where it lies: manifests that refer to it, and the blobs in them. Knows nothing of what
they mean. Next: ``attest``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from scantling.guard import limits
from scantling.model.errors import Unscannable

from .manifest import Descriptor
from .open_image import OpenImage
from .referrers import referrers
from .registry_fetch import fetch_blob, fetch_manifest, find_manifest

if TYPE_CHECKING:
    from .registry_session import Session

_SUBJECT = "what is attached to the image"


class Shelf(Protocol):
    """Each method raises ``Unscannable`` for what cannot be read: nothing is left out in silence."""

    @property
    def digests(self) -> tuple[str, ...]:
        """Of the image's manifest, then of the index that it was reached by, if any."""

    def referrers(self, digest: str) -> tuple[Descriptor, ...]:
        """Manifests that refer to ``digest``."""

    def tagged(self, tag: str) -> bytes | None:
        """The manifest under ``tag``, None for none."""

    def manifest(self, entry: Descriptor) -> bytes:
        """The manifest that ``entry`` names, verified."""

    def blob(self, entry: Descriptor) -> bytes:
        """The blob that ``entry`` names, verified; at most ``ATTACHED_BYTES``."""


@dataclass(frozen=True, slots=True)
class RegistryShelf:
    """A ``Shelf``. ``entries`` are those of the image's index."""

    session: Session
    digests: tuple[str, ...]
    entries: tuple[Descriptor, ...] = ()

    def referrers(self, digest: str) -> tuple[Descriptor, ...]:
        return (*attestations_inside(self.entries, digest), *referrers(self.session, digest))

    def tagged(self, tag: str) -> bytes | None:
        found = find_manifest(self.session, tag, _SUBJECT)
        return None if found is None else found.body

    def manifest(self, entry: Descriptor) -> bytes:
        body = fetch_manifest(self.session, entry.digest, _SUBJECT).body
        if len(body) != entry.size:
            raise Unscannable(
                f"{_SUBJECT}: {len(body)} bytes where the list of it says {entry.size}", where=entry.digest
            )
        return body

    def blob(self, entry: Descriptor) -> bytes:
        return fetch_blob(self.session, entry.digest, entry.size, limits.ATTACHED_BYTES, _SUBJECT)


def shelf_of(image: OpenImage) -> Shelf | None:
    """Where to look for what is attached to ``image``; None for a source that holds images alone."""
    if image.info.kind == "registry":
        from .registry import RegistryImage

        return image.shelf() if isinstance(image, RegistryImage) else None
    if image.info.kind in {"oci", "oci-archive"}:
        from .oci import OciImage

        return image.shelf() if isinstance(image, OciImage) else None
    return None


def digests_of(image: str, top: str) -> tuple[str, ...]:
    """Both without repetition and without ""."""
    return tuple(digest for digest in dict.fromkeys((image, top)) if digest)


def attestations_inside(entries: Sequence[Descriptor], digest: str) -> Iterator[Descriptor]:
    """The manifests that buildx puts beside the image ``digest`` in its index."""
    for entry in entries:
        is_one = entry.annotation("vnd.docker.reference.type") == "attestation-manifest"
        if is_one and entry.annotation("vnd.docker.reference.digest") == digest:
            yield entry
