"""What ``docker save``, ``podman save`` and skopeo write: a tar file in which ``manifest.json`` names everything.

Nothing but manifest.json is followed: the legacy ``repositories`` and ``ID/json`` files are not looked at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed, Unscannable, UsageError
from scantling.model.image import ImageInfo, LayerRef

from . import json_shape as shape
from .archive_file import ArchiveFile
from .archive_members import clean
from .config import parse_config
from .describe import describe_saved
from .open_image import Reader
from .options import SourceOptions
from .reference import ImageReference, parse_reference
from .store import read_file

_HINT = "save the image again"
_BLOB = re.compile(r"blobs/(sha256)/([0-9a-f]{64})")
_CONFIG_NAME = re.compile(r"(?:(?:blobs/sha256/|sha256:)([0-9a-f]{64})|([0-9a-f]{64})\.json)")


@dataclass(frozen=True, slots=True)
class SavedImage:
    """An ``OpenImage`` whose layers are members of a docker archive; ``names`` are theirs, by ``LayerRef.index``."""

    info: ImageInfo
    archive: ArchiveFile
    names: tuple[str, ...]
    sequential: bool = False
    root: Path | None = None

    def open_layer(self, layer: LayerRef) -> AbstractContextManager[Reader]:
        return self.archive.open(self.names[layer.index])

    def stream_layers(self) -> Iterator[tuple[str, Reader]]:
        for name in self.names:
            with self.archive.open(name) as blob:
                yield name, blob

    def close(self) -> None:
        """Nothing is held open."""


def open_archive(path: Path, selector: str, options: SourceOptions, reference: str) -> SavedImage:
    """The image ``selector`` (a name and tag, or ``@N``; "" when there is only one). Raises ``Unscannable``."""
    archive = ArchiveFile(path)
    try:
        data = read_file(archive, "manifest.json", limits.MANIFEST_BYTES)
        entries = strict_json.loads(data, max_bytes=limits.MANIFEST_BYTES, where=str(path))
        entry = _choose([_Saved.parse(item) for item in shape.items(entries, "manifest.json")], selector, str(path))
    except Malformed as error:
        raise Unscannable(f"manifest.json is not valid: {error.what}", where=str(path), hint=_HINT) from None
    if len(entry.layers) > limits.LAYERS:
        raise Unscannable(f"{len(entry.layers)} layers; at most {limits.LAYERS} are read", where=str(path))
    config = read_file(archive, entry.config, limits.CONFIG_BYTES)
    config_digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    named = _CONFIG_NAME.fullmatch(clean(entry.config))
    if named and (named[1] or named[2]) != config_digest[7:]:
        raise Unscannable("digest mismatch: the configuration is not what its name says", where=str(path), hint=_HINT)
    layers = [_layer(archive, name, index, entry.media_types) for index, name in enumerate(entry.layers)]
    info = describe_saved(
        parse_config(config, config_digest),
        layers,
        config_digest,
        reference=reference,
        repository=_repository(entry, selector, path),
        wish=options.platform,
    )
    return SavedImage(info, archive, entry.layers)


@dataclass(frozen=True, slots=True)
class _Saved:
    config: str
    tags: tuple[str, ...]
    layers: tuple[str, ...]
    media_types: dict[str, str]

    @staticmethod
    def parse(value: Any) -> _Saved:
        entry = shape.mapping(value, "an image of manifest.json")
        sources = shape.mapping(entry.get("LayerSources"), "LayerSources")
        return _Saved(
            config=shape.text(entry.get("Config"), "Config"),
            tags=shape.texts(entry.get("RepoTags"), "RepoTags"),
            layers=shape.texts(entry.get("Layers"), "Layers"),
            media_types={
                diff_id: shape.text(shape.mapping(source, "LayerSources").get("mediaType"), "LayerSources.mediaType")
                for diff_id, source in sources.items()
            },
        )


def _choose(entries: list[_Saved], selector: str, where: str) -> _Saved:
    if not entries:
        raise Unscannable("the archive holds no image", where=where, hint=_HINT)
    if not selector:
        if len(entries) == 1:
            return entries[0]
        raise Unscannable(
            f"several images: {_offered(entries)}", where=where, hint="choose one: docker-archive:FILE:NAME:TAG, or :@N"
        )
    if selector.startswith("@"):
        number = selector[1:]
        if number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(entries):
            return entries[int(number)]
        raise Unscannable(f"no image {selector} among {len(entries)}", where=where)
    wanted = _reference(selector)
    for entry in entries:
        if selector in entry.tags or (wanted and wanted in map(_reference, entry.tags)):
            return entry
    raise Unscannable(f"no image {selector!r} in the archive; found: {_offered(entries)}", where=where)


def _offered(entries: list[_Saved]) -> str:
    names = [entry.tags[0] if entry.tags else f"@{number}" for number, entry in enumerate(entries)]
    return ", ".join(names[:20]) + (" …" if len(names) > 20 else "")


def _reference(text: str) -> ImageReference | None:
    try:
        return parse_reference(text)
    except UsageError:
        return None


def _repository(entry: _Saved, selector: str, path: Path) -> str:
    for text in (selector, *entry.tags):
        found = _reference(text) if text and not text.startswith("@") else None
        if found:
            return found.name
    return path.name


def _layer(archive: ArchiveFile, name: str, index: int, media_types: dict[str, str]) -> LayerRef:
    blob = _BLOB.fullmatch(clean(name))
    digest = f"{blob[1]}:{blob[2]}" if blob else ""
    return LayerRef(index, "", digest, archive.size(name), media_types.get(digest, ""))
