"""The tags of a repository (OCI distribution-spec 1.1, "Listing Tags"), page by page, bounded."""

from __future__ import annotations

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed, Unscannable

from .options import SourceOptions
from .reference import ImageReference, is_tag
from .registry import open_session

_PAGE = 1_000


def tags_of(reference: ImageReference, options: SourceOptions) -> tuple[str, ...]:
    """Every tag of the repository, sorted. Raises ``UsageError`` (offline), ``Unscannable``."""
    session = open_session(reference, options)
    found: set[str] = set()
    try:
        last = ""
        while True:
            after = f"&last={last}" if last else ""
            with session.get(f"tags/list?n={_PAGE}{after}", {"accept": "application/json"}, "the tags") as response:
                page = _page(response.body(limits.MANIFEST_BYTES), str(reference.name))
            new = set(page) - found
            found |= new
            if len(found) > limits.BASE_TAGS:
                raise Unscannable(f"more than {limits.BASE_TAGS} tags", where=reference.name)
            if len(page) < _PAGE or not new:
                return tuple(sorted(found))
            last = page[-1]
    finally:
        session.client.close()


def _page(body: bytes, where: str) -> list[str]:
    try:
        document = strict_json.loads(body, max_bytes=limits.MANIFEST_BYTES, where=where)
    except Malformed as error:
        raise Unscannable(f"not a list of tags: {error.what}", where=where) from None
    tags = document.get("tags") if isinstance(document, dict) else None
    if tags is None:
        return []
    if not isinstance(tags, list):
        raise Unscannable("not a list of tags", where=where)
    # what is no tag by the specification's grammar could not be asked for, and might be meant for our URL
    return [tag for tag in tags if isinstance(tag, str) and is_tag(tag)]
