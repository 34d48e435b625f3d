"""Images for tests, written in code: OCI layouts, OCI archives, docker archives. Same arguments, same bytes.

A layer is given as the bytes of its uncompressed tar. Every builder has knobs for one lie at a time: pass ``edit`` to
change the manifest's or configuration's JSON before it is written.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OCI = "application/vnd.oci.image"
INDEX = f"{OCI}.index.v1+json"
MANIFEST = f"{OCI}.manifest.v1+json"
CONFIG = f"{OCI}.config.v1+json"
LAYER = f"{OCI}.layer.v1.tar"
DOCKER = "application/vnd.docker"
DOCKER_LIST = f"{DOCKER}.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = f"{DOCKER}.distribution.manifest.v2+json"
DOCKER_CONFIG = f"{DOCKER}.container.image.v1+json"
DOCKER_LAYER = f"{DOCKER}.image.rootfs.diff.tar.gzip"
REF_NAME = "org.opencontainers.image.ref.name"

Edit = Callable[[dict[str, Any]], None]


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def to_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def tar(files: dict[str, bytes | str]) -> bytes:
    """An uncompressed layer with these regular files, in this order. ``support.tars`` has everything stranger."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def compress(data: bytes, compression: str) -> bytes:
    """``data`` as "gzip", "zstd" or "none"."""
    if compression == "gzip":
        return gzip.compress(data, 6, mtime=0)
    if compression == "zstd":
        import zstandard

        return zstandard.ZstdCompressor().compress(data)
    return data


@dataclass(frozen=True)
class Image:
    """Every blob of one image by digest, and the descriptor of its manifest."""

    blobs: dict[str, bytes]
    manifest: bytes
    config: bytes
    descriptor: dict[str, Any]
    diff_ids: tuple[str, ...]

    @property
    def digest(self) -> str:
        return str(self.descriptor["digest"])


def image(
    layers: Sequence[bytes],
    *,
    compression: str = "gzip",
    config: dict[str, Any] | None = None,
    platform: str = "linux/amd64",
    history: Sequence[str] | None = None,
    annotations: dict[str, str] | None = None,
    docker: bool = False,
    edit_config: Edit | None = None,
    edit_manifest: Edit | None = None,
) -> Image:
    """``config`` is the configuration's inner ``config`` object; ``history`` one instruction per layer."""
    os_name, arch, *variant = platform.split("/")
    diff_ids = tuple(map(sha256, layers))
    configuration: dict[str, Any] = {
        "architecture": arch,
        "os": os_name,
        "created": "2024-01-02T03:04:05Z",
        "config": config or {},
        "rootfs": {"type": "layers", "diff_ids": list(diff_ids)},
    }
    if variant:
        configuration["variant"] = variant[0]
    if history is not None:
        configuration["history"] = [{"created": "2024-01-02T03:04:05Z", "created_by": line} for line in history]
    if edit_config:
        edit_config(configuration)
    config_bytes = to_json(configuration)
    stored = [compress(layer, compression) for layer in layers]
    suffix = "" if compression == "none" else f"+{compression}"
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST if docker else MANIFEST,
        "config": describe(config_bytes, DOCKER_CONFIG if docker else CONFIG),
        "layers": [describe(blob, DOCKER_LAYER if docker else LAYER + suffix) for blob in stored],
    }
    if annotations:
        manifest["annotations"] = annotations
    if edit_manifest:
        edit_manifest(manifest)
    manifest_bytes = to_json(manifest)
    descriptor = describe(manifest_bytes, str(manifest.get("mediaType", MANIFEST)))
    descriptor["platform"] = {"architecture": arch, "os": os_name, **({"variant": variant[0]} if variant else {})}
    blobs = {sha256(blob): blob for blob in (*stored, config_bytes, manifest_bytes)}
    return Image(blobs, manifest_bytes, config_bytes, descriptor, diff_ids)


def describe(data: bytes, media_type: str) -> dict[str, Any]:
    """An OCI descriptor of ``data``."""
    return {"mediaType": media_type, "digest": sha256(data), "size": len(data)}


def index(descriptors: Sequence[dict[str, Any]], *, docker: bool = False) -> bytes:
    """An image index (or docker manifest list) of these descriptors."""
    return to_json({"schemaVersion": 2, "mediaType": DOCKER_LIST if docker else INDEX, "manifests": list(descriptors)})


def write_layout(path: Path, blobs: dict[str, bytes], index_json: bytes) -> Path:
    """An OCI layout directory of exactly these blobs."""
    for name, data in layout_members(blobs, index_json).items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return path


def layout_members(blobs: dict[str, bytes], index_json: bytes) -> dict[str, bytes]:
    """The files of an OCI layout by name, in the order in which an archive holds them."""
    members = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": index_json}
    return members | {f"blobs/{digest.replace(':', '/')}": blobs[digest] for digest in sorted(blobs)}


def tagged(descriptor: dict[str, Any], tag: str | None) -> dict[str, Any]:
    """The descriptor as ``index.json`` names it."""
    return descriptor if tag is None else descriptor | {"annotations": {REF_NAME: tag}}


def build_layout(path: Path, layers: Sequence[bytes], *, tag: str | None = "latest", **options: Any) -> Path:
    """An OCI layout of one image; ``options`` are those of ``image``."""
    made = image(layers, **options)
    return write_layout(path, made.blobs, index([tagged(made.descriptor, tag)]))


def build_index(path: Path, images: Sequence[Image], *, tag: str | None = "latest", docker: bool = False) -> Path:
    """An OCI layout whose tag is an index of several images (one per platform)."""
    inner = index([one.descriptor for one in images], docker=docker)
    blobs = {digest: blob for one in images for digest, blob in one.blobs.items()} | {sha256(inner): inner}
    return write_layout(path, blobs, index([tagged(describe(inner, DOCKER_LIST if docker else INDEX), tag)]))


def build_oci_archive(
    path: Path, layers: Sequence[bytes], *, tag: str | None = "latest", gzipped: bool = False, **options: Any
) -> Path:
    """An OCI layout in one tar file."""
    made = image(layers, **options)
    members: dict[str, bytes | str] = dict(layout_members(made.blobs, index([tagged(made.descriptor, tag)])))
    data = tar(members)
    path.write_bytes(gzip.compress(data, 1, mtime=0) if gzipped else data)
    return path


def build_docker_archive(
    path: Path,
    layers: Sequence[bytes],
    *,
    repo_tags: Sequence[str] | None = ("app:latest",),
    legacy: bool = False,
    modern: bool = False,
    gzipped: bool = False,
    manifest: bytes | None = None,
    **options: Any,
) -> Path:
    """What ``docker save`` writes: flat ``HEX.tar`` layers and ``manifest.json``, last in the file.

    ``legacy`` names the layers by ``ID/layer.tar`` symlinks to the flat files, as skopeo adds them. ``modern`` is
    Docker 25 and later: an OCI layout and ``manifest.json`` in one. ``manifest`` replaces ``manifest.json``.
    """
    path.write_bytes(docker_archive(layers, repo_tags, legacy, modern, gzipped, manifest, **options))
    return path


def docker_archive(
    layers: Sequence[bytes],
    repo_tags: Sequence[str] | None = ("app:latest",),
    legacy: bool = False,
    modern: bool = False,
    gzipped: bool = False,
    manifest: bytes | None = None,
    **options: Any,
) -> bytes:
    """The bytes of ``build_docker_archive``."""
    made = image(layers, compression="none", **options)
    links: dict[str, str] = {}
    members: dict[str, bytes] = {}
    config_hex = sha256(made.config)[7:]
    if modern:
        members |= layout_members(made.blobs, index([tagged(made.descriptor, "latest")]))
        names = [f"blobs/sha256/{diff_id[7:]}" for diff_id in made.diff_ids]
        config_name = f"blobs/sha256/{config_hex}"
    else:
        names = [f"{diff_id[7:]}.tar" for diff_id in made.diff_ids]
        members |= dict(zip(names, layers, strict=True))
        config_name = f"{config_hex}.json"
        members[config_name] = made.config
        if legacy:
            links = {f"{hashlib.sha256(name.encode()).hexdigest()}/layer.tar": f"../{name}" for name in names}
            names = list(links)
    members["manifest.json"] = manifest or to_json(
        [{"Config": config_name, "RepoTags": None if repo_tags is None else list(repo_tags), "Layers": names}]
    )
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, target in links.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    data = buffer.getvalue()
    return gzip.compress(data, 1, mtime=0) if gzipped else data


def layer_blobs(layout: Path) -> list[Path]:
    """The files that hold the layers of the first image of ``layout``, lowest first."""

    def blob(descriptor: dict[str, Any]) -> Path:
        return layout / "blobs" / descriptor["digest"].replace(":", "/")

    index = json.loads((layout / "index.json").read_bytes())
    manifest = json.loads(blob(index["manifests"][0]).read_bytes())
    return [blob(layer) for layer in manifest["layers"]]
