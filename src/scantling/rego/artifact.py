"""Bundles as OCI artifacts, pinned by digest: what ``conftest push``, ``oras push`` and OPA's own tools leave behind.

A layer is one file with its name as title (conftest), or a whole bundle as an archive (OPA, Trivy's checks).
"""

from __future__ import annotations

import re
from typing import Any

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed, Unscannable, UsageError
from scantling.source.options import SourceOptions
from scantling.source.reference import ImageReference, is_digest, parse_reference
from scantling.source.registry import open_session
from scantling.source.registry_fetch import fetch_blob, fetch_manifest
from scantling.source.registry_session import Session

from .archive import files_of
from .bundle import Bundle
from .gather import File, gather, is_wanted

_LAYERS = 100
_TITLE = "org.opencontainers.image.title"
_GZIP, _TAR_AT, _TAR = b"\x1f\x8b", 257, b"ustar"
_NAME = re.compile(r"[A-Za-z0-9_.@+ -]{1,255}")


def fetch(name: str, options: SourceOptions | None) -> Bundle:
    """The bundle that ``name`` ([HOST/]NAME[:TAG]@sha256:DIGEST) stands for. Raises ``UsageError`` where no digest pins
    it and for what is no bundle, ``Unscannable`` where it cannot be had."""
    reference = parse_reference(name)
    where = f"oci://{name}"
    if not reference.digest:
        raise UsageError(
            "a policy from a registry is pinned by its digest: a tag can be moved",
            where=where,
            hint=f"{where}@sha256:…",
        )
    session = open_session(reference, options or SourceOptions())
    try:
        files, is_bundle = _files(session, reference, where)
    finally:
        session.client.close()
    return gather(files, reference.repository.rpartition("/")[2], where, is_bundle=is_bundle)


def _files(session: Session, reference: ImageReference, where: str) -> tuple[list[File], bool]:
    fetched = fetch_manifest(session, reference.digest, "the policy")
    files: list[File] = []
    total = 0
    is_bundle = False
    for number, layer in enumerate(_layers(fetched.body, where)):
        digest, size = layer.get("digest"), layer.get("size")
        if not isinstance(digest, str) or not is_digest(digest) or not isinstance(size, int) or size < 0:
            raise Unscannable("the artifact's manifest names a layer without digest and size", where=where)
        total += size
        if total > limits.REGO_ARCHIVE_BYTES:
            raise UsageError(f"a policy of more than {limits.REGO_ARCHIVE_BYTES} bytes", where=where)
        content = fetch_blob(session, digest, size, limits.REGO_ARCHIVE_BYTES, "the policy")
        if content.startswith(_GZIP) or content[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
            files += files_of(content, where)
            is_bundle = True
            continue
        path = _path(layer, number)
        if is_wanted(path):
            files.append(File(path, f"{where}:{'/'.join(path)}", content))
    return files, is_bundle


def _layers(body: bytes, where: str) -> list[dict[str, Any]]:
    try:
        manifest = strict_json.loads(body, max_bytes=limits.MANIFEST_BYTES, where=where)
    except Malformed as error:
        raise Unscannable(f"the artifact's manifest is {error.what}", where=where) from None
    layers = manifest.get("layers") if isinstance(manifest, dict) else None
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise UsageError("this is no policy: a manifest without layers", where=where)
    if len(layers) > _LAYERS:
        raise UsageError(f"an artifact of more than {_LAYERS} layers", where=where)
    return layers


def _path(layer: dict[str, Any], number: int) -> tuple[str, ...]:
    """The layer's title as a path; never one that leads anywhere else."""
    annotations = layer.get("annotations")
    title = annotations.get(_TITLE) if isinstance(annotations, dict) else None
    parts = tuple(part for part in str(title or "").split("/") if part not in {"", "."})
    if not parts or ".." in parts or not all(map(_NAME.fullmatch, parts)):
        kind = str(layer.get("mediaType") or "")
        return (f"layer-{number}.rego" if kind.endswith("rego") else f"layer-{number}",)
    return parts
