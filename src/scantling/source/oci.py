"""OCI image layouts (image-spec v1.1 image-layout.md), as a directory or inside an archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard import limits
from scantling.model.errors import DamagedLayer, Unscannable, UsageError
from scantling.model.image import ImageInfo, LayerRef

from .archive_file import ArchiveFile
from .describe import describe
from .layout_blobs import REF_NAME, blob_name, fetch_blob
from .manifest import Descriptor, Index, Manifest, parse
from .open_image import Reader
from .options import SourceOptions
from .provenance import materials
from .reference import parse_reference
from .resolve import resolve
from .store import DirectoryStore, Store, read_file

if TYPE_CHECKING:
    from .layout_shelf import LayoutShelf

_IMAGE_NAME = "io.containerd.image.name"


@dataclass(frozen=True, slots=True)
class OciImage:
    """An ``OpenImage`` whose layers are files of a layout."""

    info: ImageInfo
    store: Store
    sequential: bool = False
    root: Path | None = None
    top: str = ""  # the digest that the name stands for: of the image or of an index
    listed: tuple[Descriptor, ...] = ()  # what index.json names, and the image's own index

    def shelf(self) -> LayoutShelf:
        """What is attached to the image."""
        from .layout_shelf import LayoutShelf
        from .shelf import digests_of

        return LayoutShelf(self.store, digests_of(self.info.image_digest, self.top), self.listed)

    def open_layer(self, layer: LayerRef) -> AbstractContextManager[Reader]:
        return self.store.open(blob_name(layer.digest))

    def stream_layers(self) -> Iterator[tuple[str, Reader]]:
        for layer in self.info.layers:
            with self.open_layer(layer) as blob:
                yield layer.digest, blob

    def close(self) -> None:
        """Nothing is held open."""


def open_layout(path: Path, tag: str, options: SourceOptions, reference: str) -> OciImage:
    """The image named ``tag`` ("" when there is only one) in the layout directory ``path``. Raises ``Unscannable``."""
    if not path.is_dir():
        raise Unscannable("not a directory", where=str(path), hint="oci: takes an OCI layout directory")
    return _open(DirectoryStore(path), tag, options, reference=reference, kind="oci", path=path)


def open_archive(path: Path, tag: str, options: SourceOptions, reference: str) -> OciImage:
    """The same from a tar file of a layout."""
    return _open(ArchiveFile(path), tag, options, reference=reference, kind="oci-archive", path=path)


def _open(store: Store, tag: str, options: SourceOptions, *, reference: str, kind: str, path: Path) -> OciImage:
    index = parse(read_file(store, "index.json", limits.MANIFEST_BYTES), where=f"{path}: index.json")
    if not isinstance(index, Index):
        raise Unscannable("index.json is not an index", where=str(path))

    def fetch(descriptor: Descriptor) -> bytes:
        return fetch_blob(store, descriptor)

    entry = _choose(index, tag, str(path))
    if isinstance(entry, Index):
        document: Index | Manifest = index
        resolved = resolve(entry, "", fetch, options.platform, reference)
    else:
        document = parse(fetch(entry), declared=entry.media_type, where=reference)
        resolved = resolve(document, entry.digest, fetch, options.platform, reference)
    config = fetch(resolved.manifest.config)
    name = _repository(entry, path)
    info = describe(resolved, config, reference=reference, kind=kind, repository=name, wish=options.platform)
    used, gaps = materials(resolved.attestation, resolved.digest, fetch, fetch)
    info = replace(info, materials=used, gaps=(*info.gaps, *gaps))
    for layer in info.layers:  # a missing blob is found before any work is done, and even when its facts are cached
        size = store.size(blob_name(layer.digest))
        if size != layer.size:
            raise DamagedLayer(
                f"layer {layer.index + 1}/{len(info.layers)} has {size} bytes, not the {layer.size} declared",
                where=layer.digest,
                hint="copy the image again",
            )
    inner = document.manifests if isinstance(document, Index) and document is not index else ()
    top = entry.digest if isinstance(entry, Descriptor) else ""
    return OciImage(info, store, top=top, listed=(*index.manifests, *inner))


def _repository(entry: Descriptor | Index, path: Path) -> str:
    """The name without tag where the layout has it whole, as docker and podman save it; else the layout's own name."""
    for key in (_IMAGE_NAME, REF_NAME):
        name = entry.annotation(key) if isinstance(entry, Descriptor) else ""
        if "/" in name:  # no tag holds one
            with suppress(UsageError):
                return parse_reference(name).name
    return path.name


def _choose(index: Index, tag: str, where: str) -> Descriptor | Index:
    if not index.manifests:
        raise Unscannable("the layout holds no image", where=where)
    if tag:
        named = [entry for entry in index.manifests if tag.removeprefix("@") == entry.digest or _is_named(entry, tag)]
    else:
        named = [entry for entry in index.manifests if entry.platform is None or not entry.platform.is_unknown] or list(
            index.manifests
        )
    if len({entry.digest for entry in named}) == 1:
        return named[0]
    if named and len({entry.annotation(REF_NAME) for entry in named}) == 1 and _has_all_platforms(named):
        return Index(tuple(named))  # one name, one entry per platform: index.json is the image's own index
    found = sorted({entry.annotation(REF_NAME) or entry.digest for entry in index.manifests})
    offered = ", ".join(found[:20]) + (" …" if len(found) > 20 else "")
    if tag:
        raise Unscannable(f"no image {tag!r} in the layout; found: {offered}", where=where, hint="name one of them")
    raise Unscannable(f"several images: {offered}", where=where, hint="choose one by its name: oci:DIR:NAME")


def _has_all_platforms(entries: list[Descriptor]) -> bool:
    platforms = [entry.platform for entry in entries]
    return None not in platforms and len(set(platforms)) == len(platforms)


def _is_named(entry: Descriptor, tag: str) -> bool:
    names = (entry.annotation(REF_NAME), entry.annotation(_IMAGE_NAME))
    return any(name == tag or (name.endswith(f":{tag}") and "/" not in tag) for name in names)
