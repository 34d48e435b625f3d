"""Docker's and Podman's image stores, through the engine's API socket (Docker Engine API; Podman's compatible one).

The engine gives an image only as one stream, a docker archive in which layers come before the manifest that names
them. So layers are read in the stream's order, and known by the diffIDs that the engine told beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed, Unscannable
from scantling.model.image import ImageInfo, LayerRef

from . import json_shape as shape
from .archive_file import Bounded
from .archive_members import clean, members
from .config import parse_diff_ids, parse_inner
from .daemon_http import Answer, Endpoint, endpoints, get_json, image_path
from .describe import platform_gap
from .open_image import Reader
from .options import SourceOptions
from .platform import parse_entry
from .reference import is_digest, parse_reference
from .store import read_up_to

_ID = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")
_HEAD = 512
_NEVER_LAYERS = frozenset({"manifest.json", "index.json", "oci-layout", "repositories"})


@dataclass(frozen=True, slots=True)
class DaemonImage:
    """A sequential ``OpenImage``. Each ``stream_layers`` asks the engine for the image anew."""

    info: ImageInfo
    endpoint: Endpoint
    name: str
    sequential: bool = True
    root: Path | None = None

    def open_layer(self, layer: LayerRef) -> AbstractContextManager[Reader]:  # noqa: ARG002
        raise Unscannable("an engine's layers can only be read in order", where=self.info.reference)

    def stream_layers(self) -> Iterator[tuple[str, Reader]]:
        # the engine may write the whole image to a file of its own before the first byte comes
        answer = Answer(self.endpoint, image_path(self.name, "get"), limits.SCAN_TIMEOUT_S)
        try:
            for member in members(answer, f"{self.endpoint.engine}: {self.name}"):
                name = clean(member.name)
                if member.kind != "file" or not name or name in _NEVER_LAYERS or name.endswith(".json"):
                    continue
                body = Bounded(answer, member.size)
                head = read_up_to(body, min(_HEAD, member.size))
                if _may_be_layer(head):
                    yield name, _Prefixed(head, body)
        finally:
            answer.close()

    def close(self) -> None:
        """Nothing is held open between streams."""


class _Prefixed:
    def __init__(self, head: bytes, rest: Reader) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._rest.read(size)


def open_daemon(engine: str, name: str, options: SourceOptions, reference: str) -> DaemonImage:
    """The image ``name`` (or an id) in ``engine``'s store, "docker" or "podman".

    Raises ``NoSuchImage`` when the engine does not have it, ``Unscannable`` when it cannot be asked.
    """
    places = endpoints(engine)
    endpoint = next((place for place in places if not place.path or Path(place.path).exists()), places[-1])
    is_id = _ID.fullmatch(name) is not None
    parsed = None if is_id else parse_reference(name)
    asked = name if parsed is None else str(parsed)
    if parsed is not None and parsed.digest:
        asked = f"{parsed.name}@{parsed.digest}"
    repository = name if parsed is None else parsed.name
    document = get_json(endpoint, image_path(asked, "json"), options.timeout_s)
    try:
        info = _info(document, endpoint, asked, options, repository)
    except Malformed as error:
        raise Unscannable(f"{engine}'s answer is not understood: {error.what}", where=str(endpoint)) from None
    return DaemonImage(_with_reference(info, reference), endpoint, asked)


def _info(document: object, endpoint: Endpoint, asked: str, options: SourceOptions, repository: str) -> ImageInfo:
    answer = shape.mapping(document, "the answer")
    diff_ids = parse_diff_ids(shape.mapping(answer.get("RootFS"), "RootFS").get("Layers"), "RootFS.Layers")
    lower = {
        key: answer.get(name) for key, name in (("os", "Os"), ("architecture", "Architecture"), ("variant", "Variant"))
    }
    actual = parse_entry(lower, "platform")
    created_by, gaps = _instructions(endpoint, asked, len(diff_ids), options.timeout_s)
    identity = shape.text(answer.get("Id"), "Id")
    return ImageInfo(
        reference=asked,
        kind=endpoint.engine,
        repository=repository,
        image_digest=_digest(shape.texts(answer.get("RepoDigests"), "RepoDigests"), repository),
        config_digest=identity
        if is_digest(identity)
        else f"sha256:{identity}"
        if is_digest(f"sha256:{identity}")
        else "",
        platform=str(actual or ""),
        config=parse_inner(answer.get("Config"), shape.text(answer.get("Created"), "Created")),
        layers=tuple(
            LayerRef(index, diff_id, created_by=line)
            for index, (diff_id, line) in enumerate(zip(diff_ids, created_by, strict=True))
        ),
        gaps=(*gaps, *platform_gap(options.platform, actual, asked)),
    )


def _with_reference(info: ImageInfo, reference: str) -> ImageInfo:
    from dataclasses import replace

    return replace(info, reference=reference)


def _digest(repo_digests: tuple[str, ...], repository: str) -> str:
    """The manifest digest under which the image was pulled as ``repository``, else under any one name."""
    found: dict[str, str] = {}
    for text in sorted(repo_digests):
        name, _, digest = text.rpartition("@")
        if is_digest(digest):
            found[name] = digest
    for name in (repository, f"docker.io/{repository}", f"docker.io/library/{repository}"):
        if name in found:
            return found[name]
    return next(iter(found.values())) if len(set(found.values())) == 1 else ""


def _instructions(
    endpoint: Endpoint, asked: str, layers: int, timeout_s: float
) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """The engine's history, newest first, does not say which entries made a layer: those that have a size did."""
    history = shape.items(get_json(endpoint, image_path(asked, "history"), timeout_s), "history")
    entries: list[tuple[str, bool]] = []
    for number, item in enumerate(reversed(history)):
        entry = shape.mapping(item, f"history[{number}]")
        line = shape.text(entry.get("CreatedBy"), f"history[{number}].CreatedBy")
        entries.append((line, bool(shape.size(entry.get("Size", 0), f"history[{number}].Size"))))
    for lines in ([line for line, _ in entries], [line for line, has_size in entries if has_size]):
        if len(lines) == layers:
            return tuple(lines), ()
    reason = "the engine's history does not say which instruction made which layer"
    return ("",) * layers, (Gap("provenance", asked, reason, blocks=False),)


def _may_be_layer(head: bytes) -> bool:
    """A tar (an empty one is zeros), or gzip or zstd: configurations and manifests are JSON, legacy files text."""
    if len(head) < _HEAD:
        return head.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd"))
    is_tar = head[257:262] == b"ustar" or not head.strip(b"\0")
    return is_tar or head.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")) or head[:1] not in b"{["
