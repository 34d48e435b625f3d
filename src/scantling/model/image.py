"""What a source knows about an image before any layer is read (OCI image-spec v1.1: manifest.md, config.md)."""

from __future__ import annotations

from dataclasses import dataclass, field

from .coverage import Gap


@dataclass(frozen=True, slots=True)
class History:
    """One ``history`` entry of the image configuration."""

    created_by: str = ""
    created: str = ""
    comment: str = ""
    empty_layer: bool = False


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """The parts of the image configuration that are reported or judged. ``env`` holds values: never print it."""

    user: str = ""
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: tuple[str, ...] = field(default=(), repr=False)
    exposed_ports: tuple[str, ...] = ()
    healthcheck: tuple[str, ...] | None = None
    labels: tuple[tuple[str, str], ...] = ()
    created: str = ""
    history: tuple[History, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerRef:
    """One layer as the image declares it, lowest first.

    ``diff_id`` is the declared digest of the uncompressed tar. ``digest`` is that of the blob as stored
    (equal to ``diff_id`` for an uncompressed one, "" when the source has none); ``size`` is the blob's
    length in bytes as declared, -1 where unknown. ``created_by`` is the history instruction, "" if unknown.
    """

    index: int
    diff_id: str
    digest: str = ""
    size: int = -1
    media_type: str = ""
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """An image's identity and declared content.

    ``kind`` is the transport that provided it (``registry``, ``docker``, ``podman``, ``oci``, ``oci-archive``,
    ``docker-archive``, ``dir``), or ``sbom`` for a document that describes one. ``reference`` is what the user named;
    ``repository`` is the name without tag or digest, used for the identity of findings. ``image_digest`` is the
    manifest's, "" where there is none. ``materials`` are the images (name with tag, digest) that the build's provenance
    says were used.
    """

    reference: str
    kind: str
    repository: str = ""
    image_digest: str = ""
    config_digest: str = ""
    platform: str = ""
    config: ImageConfig = ImageConfig()
    layers: tuple[LayerRef, ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    materials: tuple[tuple[str, str], ...] = ()
    attached: tuple[str, ...] | None = None


def is_root(user: str) -> bool:
    """Whether a container of an image whose USER is ``user`` ("", "name", "uid", each with ":group") runs as root."""
    name = user.partition(":")[0].strip()
    return name in {"", "root"} or (name.isdecimal() and int(name) == 0)
