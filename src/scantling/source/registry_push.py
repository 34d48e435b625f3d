"""Puts blobs and manifests into a registry (OCI distribution-spec 1.1, "Push"): what is there already is not sent
again, so that a push that broke off goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scantling.model.errors import Unscannable
from scantling.net.url import follow, parse_url

from .manifest import OCI_INDEX, OCI_MANIFEST, Descriptor
from .reference import is_digest
from .referrers import tag_of
from .registry_fetch import digest_of, find_manifest
from .registry_session import Session

EMPTY = b"{}"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
SLOT = "scantling.slot"
"""An annotation: of entries with the same value only the newest stays in a list."""
_RACES = 3
Entries = list[dict[str, Any]]
"""Of a manifest or an index, as they stand."""
_CREATED = frozenset({201})


@dataclass(frozen=True, slots=True)
class Content:
    """A blob to be pushed, and what the manifest says of it."""

    media_type: str
    data: bytes
    annotations: tuple[tuple[str, str], ...] = ()

    def descriptor(self) -> dict[str, Any]:
        """As a manifest names it."""
        value = {"mediaType": self.media_type, "digest": sha256(self.data), "size": len(self.data)}
        return value | ({"annotations": dict(self.annotations)} if self.annotations else {})


def sha256(data: bytes) -> str:
    """As a digest: "sha256:..."."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def push_blob(session: Session, data: bytes, subject: str) -> str:
    """The digest of ``data``, which is in the repository afterwards. Raises ``Unscannable``."""
    digest = sha256(data)
    here = session.url(f"blobs/{digest}")
    with session.send("HEAD", here, {}, subject, accepted=frozenset({200, 404})) as response:
        if response.status == 200:
            return digest
    start = session.url("blobs/uploads/")
    with session.send("POST", start, {}, subject, b"", frozenset({202})) as response:
        location = response.headers.get("location", "")
    if not location:
        raise Unscannable(f"{subject}: the registry does not say where to send it", where=session.base.netloc)
    there = str(follow(parse_url(start), location))
    there += ("&" if "?" in there else "?") + f"digest={quote(digest, safe='')}"
    session.send("PUT", there, {"content-type": "application/octet-stream"}, subject, data, _CREATED).discard()
    return digest


def push_manifest(session: Session, name: str, data: bytes, media_type: str, subject: str) -> Mapping[str, str]:
    """Put ``data`` under ``name``, a tag or its digest; the headers of the answer. Raises ``Unscannable``, also when
    the registry stored something else."""
    url = session.url(f"manifests/{name}")
    with session.send("PUT", url, {"content-type": media_type}, subject, data, _CREATED) as response:
        stored = response.headers.get("docker-content-digest", "")
        if is_digest(stored) and digest_of(data, stored) != stored:
            raise Unscannable(f"{subject}: the registry stored something else", where=session.base.netloc)
        return response.headers


def attach(
    session: Session, image: Descriptor, kind: str, layer: Content, annotations: Mapping[str, str], subject: str
) -> str:
    """The digest of an artifact of type ``kind`` that holds ``layer`` and refers to ``image``. Where the registry does
    not say that it keeps the list of referrers, the index under the image's tag is renewed. Raises ``Unscannable``."""
    push_blob(session, layer.data, subject)
    push_blob(session, EMPTY, subject)
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": kind,
        "config": Content(EMPTY_TYPE, EMPTY).descriptor(),
        "layers": [layer.descriptor()],
        "subject": {"mediaType": image.media_type, "digest": image.digest, "size": image.size},
        "annotations": dict(annotations),
    }
    data = to_json(manifest)
    digest = sha256(data)
    headers = push_manifest(session, digest, data, OCI_MANIFEST, subject)
    if headers.get("oci-subject", "") != image.digest:
        entry = Content(OCI_MANIFEST, data, tuple(annotations.items())).descriptor() | {"artifactType": kind}
        _list(session, image.digest, entry, subject)
    return digest


def to_json(value: object) -> bytes:
    """``value`` as compact JSON: the same value, the same bytes."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _without_slot(entries: Entries, entry: Mapping[str, Any]) -> Entries:
    """``entries`` without those whose place ``entry`` takes."""
    slot = (entry.get("annotations") or {}).get(SLOT)
    return [one for one in entries if slot is None or (one.get("annotations") or {}).get(SLOT) != slot]


def _list(session: Session, digest: str, entry: dict[str, Any], subject: str) -> None:
    """Add ``entry`` to the index under the tag of ``digest``."""

    def write(entries: list[dict[str, Any]]) -> None:
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
        push_manifest(session, tag_of(digest), to_json(index), OCI_INDEX, subject)

    if not add_to(lambda: _listed(session, digest, subject), write, entry):
        raise Unscannable(
            f"{subject}: the list of what is attached is being changed by others",
            where=f"{session.base.netloc}/{session.repository}:{tag_of(digest)}",
            hint="try again",
        )


def add_to(read: Callable[[], Entries], write: Callable[[Entries], None], entry: dict[str, Any]) -> bool:
    """Put ``entry`` into a list that others may be writing at the same time, in the place of what has its slot; whether
    it is there afterwards. Two writers at once can lose one: it is looked for, and added again."""
    for _ in range(_RACES):
        entries = read()
        if any(one.get("digest") == entry["digest"] for one in entries):
            return True
        write([*_without_slot(entries, entry), entry])
    return any(one.get("digest") == entry["digest"] for one in read())


def _listed(session: Session, digest: str, subject: str) -> list[dict[str, Any]]:
    """The entries as they stand, so that those of others are kept whole."""
    from .manifest import Index, parse

    found = find_manifest(session, tag_of(digest), subject)
    if found is None:
        return []
    if not isinstance(parse(found.body, declared=OCI_INDEX, where=tag_of(digest)), Index):
        raise Unscannable(f"{subject}: under the tag for it stands something else", where=tag_of(digest))
    entries: list[dict[str, Any]] = json.loads(found.body)["manifests"]
    return entries
