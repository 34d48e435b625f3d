"""The one spelling of a package's name under an ecosystem key, for writing rows and for asking."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[-_.]+")
_CASELESS = frozenset({"nuget", "composer", "hex", "pub"})  # their registries ignore case


def fold(ecosystem: str, name: str) -> str:
    """``name`` as the database's key: PEP 503 for PyPI, lower case where the registry ignores case; for Swift the
    repository's host and path, which advisories write with and without the rest of the address."""
    if ecosystem == "pypi":
        return _SEPARATORS.sub("-", name).lower()
    if ecosystem == "swift":
        return name.rpartition("://")[2].strip("/").lower().removesuffix(".git")
    return name.lower() if ecosystem in _CASELESS else name
