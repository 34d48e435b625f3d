"""What the index is filled from: images of registries, of OCI layouts, and the list of the official images.

Only manifests and configurations are read: a base is known by the digests of its layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError
from scantling.model.image import ImageInfo
from scantling.source.layout_blobs import REF_NAME
from scantling.source.manifest import Index, parse
from scantling.source.options import SourceOptions
from scantling.source.reference import parse_reference
from scantling.source.registry_tags import tags_of

from .chain import chain_ids
from .history import credible, made_at
from .index import Known
from .recognise import split

Open = Callable[[str], ImageInfo]
"""The description of the image that a target names; raises as ``open_target`` does."""
Wanted = tuple[str, str, str]
"""Name and tag to know an image by, and the target to open."""


def wanted(source: str, patterns: Sequence[str], name: str, through: str, options: SourceOptions) -> Iterator[Wanted]:
    """The images of ``source``: a layout's, a checkout's, a repository's tags that fit ``patterns``, or the one that
    it names. Raises ``UsageError``, ``Unscannable``."""
    path = Path(source.removeprefix("oci:"))
    if source.startswith("oci:") or (path / "index.json").is_file():
        yield from _of_layout(path, source, patterns, name)
    elif (path / "library").is_dir():
        yield from _of_checkout(path / "library", patterns, through)
    elif ":" in source.rsplit("/", 1)[-1] or "@" in source:
        reference = parse_reference(source.removeprefix("registry:"))
        yield reference.name, reference.tag, f"registry:{reference}"
    else:
        reference = parse_reference(source.removeprefix("registry:"))
        for tag in tags_of(reference, options):
            if _fits(tag, patterns):
                yield reference.name, tag, f"registry:{reference.name}:{tag}"


def row(name: str, tag: str, target: str, info: ImageInfo, indexed: str) -> Known | None:
    """What the index keeps of an image; None for one without layers, which nothing could be told by."""
    chains = chain_ids([layer.diff_id for layer in info.layers])
    if not chains:
        return None
    created = credible(info.config.created) or made_at(info.config.history, len(info.layers))
    return Known(name, tag, info.image_digest, info.platform, created, len(chains), chains[-1], target, indexed)


def _fits(tag: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(tag, pattern) for pattern in patterns)


def _of_layout(path: Path, source: str, patterns: Sequence[str], name: str) -> Iterator[Wanted]:
    if not (path / "index.json").is_file():  # DIR:TAG
        folder, _, tag = str(path).rpartition(":")
        if not (Path(folder) / "index.json").is_file():
            raise UsageError("no OCI layout there", where=source, hint="oci:DIR or oci:DIR:TAG")
        path, patterns = Path(folder), (tag,)
    data = read_bounded(path / "index.json", limits.MANIFEST_BYTES, "the layout cannot be read")
    index = parse(data, where=f"{path}: index.json")
    entries = index.manifests if isinstance(index, Index) else ()
    for reference in sorted({entry.annotation(REF_NAME) for entry in entries} - {""}):
        is_full = "/" in reference or ":" in reference
        own, tag, _ = split(reference) if is_full else (path.name, reference, "")
        if _fits(tag, patterns):
            yield name or own, tag, f"oci:{path}:{reference}"


def _of_checkout(library: Path, patterns: Sequence[str], through: str) -> Iterator[Wanted]:
    """The names in the files of the official images: stanzas of "Field: value", ``Tags`` and ``SharedTags`` hold the
    names, separated by commas. Their digests have to be asked for."""
    found = 0
    for file in sorted(library.iterdir())[: limits.BASE_TAGS]:
        if not file.is_file() or file.is_symlink():
            continue
        text = read_bounded(file, limits.SETTINGS_BYTES, "the checkout cannot be read").decode("utf-8", "replace")
        for tag in sorted(set(_tags(text))):
            if not _fits(tag, patterns) and not _fits(f"{file.name}:{tag}", patterns):
                continue
            found += 1
            if found > limits.BASE_TAGS:
                raise UsageError(f"more than {limits.BASE_TAGS} tags", where=str(library), hint="choose with --tags")
            source = f"{through.rstrip('/')}/{file.name}:{tag}" if through else f"{file.name}:{tag}"
            yield file.name, tag, f"registry:{source}"


def _tags(text: str) -> Iterator[str]:
    field = ""
    for line in text.splitlines():
        if line[:1] not in {" ", "\t"}:
            field, _, line = line.partition(":")
        if field in {"Tags", "SharedTags"}:
            yield from filter(None, (word.strip() for word in line.split(",")))
