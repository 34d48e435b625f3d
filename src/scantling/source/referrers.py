"""What refers to an image in a registry: the referrers API of the distribution-spec 1.1, and the tag that stands in for
it where a registry has none (``sha256-<hex>``)."""

from __future__ import annotations

from urllib.parse import quote

from scantling.guard import limits
from scantling.model.errors import Unscannable
from scantling.net.url import follow, parse_url

from .manifest import OCI_INDEX, Descriptor, Index, parse
from .registry_fetch import find_manifest
from .registry_session import Session

# statuses by which registries say that they do not know the API
_NO_API = frozenset({400, 404, 405, 406})
_SUBJECT = "the list of what is attached"


def tag_of(digest: str, suffix: str = "") -> str:
    """The tag under which what belongs to ``digest`` is kept; cosign's tags have a ``suffix`` (".att")."""
    return digest.replace(":", "-") + suffix


def referrers(session: Session, digest: str) -> tuple[Descriptor, ...]:
    """The manifests that refer to ``digest``, as the registry lists them: neither fetched nor believed.

    Raises ``Unscannable`` for a list that cannot be had or read, and for one that is too long."""
    listed = _by_api(session, digest)
    return _by_tag(session, digest) if listed is None else listed


def _by_api(session: Session, digest: str) -> tuple[Descriptor, ...] | None:
    url = session.url(f"referrers/{quote(digest, safe=':')}")
    found: list[Descriptor] = []
    for _ in range(limits.REFERRER_PAGES):
        response = session.send("GET", url, {"accept": OCI_INDEX}, _SUBJECT, accepted=frozenset({200}) | _NO_API)
        with response:
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if response.status != 200 or kind != OCI_INDEX:
                if found:
                    raise Unscannable(f"{_SUBJECT} breaks off", where=response.shown)
                return None
            link = response.headers.get("link", "")
            found += _entries(response.body(limits.MANIFEST_BYTES), response.shown)
        if len(found) > limits.REFERRERS:
            break
        following = _next(link)
        if not following:
            return tuple(found)
        there = follow(parse_url(url), following)
        if there.origin != session.base.origin:
            raise Unscannable(f"{_SUBJECT} goes on at another host", where=there.netloc)
        url = str(there)
    raise Unscannable(
        f"more artifacts refer to the image than are read ({limits.REFERRERS})",
        where=digest,
        hint="delete old ones in the registry",
    )


def _by_tag(session: Session, digest: str) -> tuple[Descriptor, ...]:
    found = find_manifest(session, tag_of(digest), _SUBJECT)
    return () if found is None else _entries(found.body, tag_of(digest))


def _entries(body: bytes, where: str) -> tuple[Descriptor, ...]:
    index = parse(body, declared=OCI_INDEX, where=where)
    if not isinstance(index, Index):
        raise Unscannable(f"{_SUBJECT} is no index", where=where)
    return index.manifests


def _next(link: str) -> str:
    """The target of ``rel="next"`` in a ``Link`` header (RFC 8288), "" for none."""
    for part in link.split(","):
        target, _, parameters = part.strip().partition(">")
        if target.startswith("<") and 'rel="next"' in parameters.replace(" ", "").lower():
            return target[1:]
    return ""
