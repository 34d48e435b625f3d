"""The identity of a finding that outlives rebuilds, re-tags and upgrades to another affected version."""

from __future__ import annotations

import hashlib

from .purl import without_version


def fingerprint(id: str, package: str, repository: str, from_base: bool | None) -> str:
    """SHA-256 (hex) of ``id|purl|repository|origin`` in UTF-8.

    ``purl`` is cut before its version and qualifiers, ``repository`` is the image's name without tag or digest,
    ``origin`` is "base" or "application" (which part of the image brought the package) or "unknown".
    """
    return fingerprint_of_place(id, without_version(package), repository, from_base)


def fingerprint_of_place(id: str, place: str, repository: str, from_base: bool | None) -> str:
    """The same for what no package brought: ``place`` is whatever names it in every build of the image, such as a path
    or a variable's name; never a secret value, a line number or a layer's digest."""
    origin = "unknown" if from_base is None else "base" if from_base else "application"
    text = "|".join((id, place, repository, origin))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
