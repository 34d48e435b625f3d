"""Names of images: the grammar of the OCI distribution-spec with docker's short forms filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scantling.model.errors import UsageError

DEFAULT_REGISTRY = "docker.io"
DEFAULT_TAG = "latest"
_OFFICIAL = "library/"
_NAME_CHARS = 255
_DIGEST_HEX = {"sha256": 64, "sha512": 128}

_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?")
_HEX = re.compile(r"[0-9a-f]+")
_HINT = "write it as [HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST]"


@dataclass(frozen=True, slots=True)
class ImageReference:
    """Which image of which registry. ``registry`` is ``host[:port]`` ("docker.io" for docker's own), ``repository``
    the full path below it ("library/debian"). ``tag`` is "" only when ``digest`` alone was given; where both are, the
    digest decides."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """The name as people write it, without tag and digest: "debian", "bitnami/redis", "ghcr.io/org/app"."""
        if self.registry == DEFAULT_REGISTRY:
            return self.repository.removeprefix(_OFFICIAL)
        return f"{self.registry}/{self.repository}"

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}" + (f"@{self.digest}" if self.digest else "")


def parse_reference(text: str) -> ImageReference:
    """``text`` as docker reads it: the part before the first "/" is a host when it holds "." or ":", is "localhost" or
    has upper-case letters. Raises ``UsageError``."""
    rest, at, digest = text.partition("@")
    if at and not is_digest(digest):
        raise UsageError("the digest is not sha256: or sha512: and lower-case hex", where=_shown(text), hint=_HINT)
    registry, rest = _split_host(rest)
    path, colon, tag = rest.partition(":")
    if colon and not _TAG.fullmatch(tag):
        raise UsageError("the tag is not valid", where=_shown(text), hint=_HINT)
    if registry in {"index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}:
        registry = DEFAULT_REGISTRY
    if registry == DEFAULT_REGISTRY and "/" not in path:
        path = _OFFICIAL + path
    if len(registry) + len(path) > _NAME_CHARS or not all(map(_COMPONENT.fullmatch, path.split("/"))):
        hint = "names are lower case: letters, digits, and . _ - between them" if path != path.lower() else _HINT
        raise UsageError("not a valid image name", where=_shown(text), hint=hint)
    if not _HOST.fullmatch(registry) or ".." in registry:
        raise UsageError("not a valid registry host", where=_shown(text), hint=_HINT)
    return ImageReference(registry, path, tag or ("" if digest else DEFAULT_TAG), digest)


def is_digest(text: object) -> bool:
    """True for ``sha256:`` or ``sha512:`` with exactly their number of lower-case hex digits (OCI descriptor.md)."""
    if not isinstance(text, str):
        return False
    algorithm, _, digits = text.partition(":")
    return len(digits) == _DIGEST_HEX.get(algorithm, -1) and _HEX.fullmatch(digits) is not None


def is_tag(text: str) -> bool:
    """True for what the distribution-spec allows as a tag."""
    return _TAG.fullmatch(text) is not None


def _split_host(text: str) -> tuple[str, str]:
    first, slash, rest = text.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        return first, rest
    return DEFAULT_REGISTRY, text


def _shown(text: str) -> str:
    return text if len(text) <= _NAME_CHARS else text[:_NAME_CHARS] + "…"
