"""Every version scheme by name. Texts in, an order out; reads nothing else. Next: ``match``.

Keys of one scheme are totally ordered and hashable; keys of different schemes must not be compared. Two texts that a
scheme calls equal ("1.0" and "1.0.0" in Maven) have equal keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, Literal

from scantling.guard import limits

from .unparseable import Unparseable

SCHEMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "deb": ("deb", "key"),
        "rpm": ("rpm", "key"),
        "apk": ("apk", "key"),
        "alpm": ("alpm", "key"),
        "pep440": ("pep440", "key"),
        "semver": ("semver", "semver_key"),
        "npm": ("semver", "npm_key"),
        "maven": ("maven", "key"),
        "gem": ("gem", "key"),
        "go": ("go", "key"),
        "nuget": ("nuget", "key"),
        "composer": ("composer", "key"),
        "cargo": ("semver", "cargo_key"),
        "hex": ("semver", "hex_key"),
        "pub": ("semver", "pub_key"),
        "julia": ("semver", "julia_key"),
        "hackage": ("hackage", "key"),
        "cran": ("cran", "key"),
        "conan": ("conan", "key"),
        "release": ("release", "key"),
    }
)
"""Each scheme's module and the function in it that makes keys; imported at the scheme's first version."""

_COARSER: Final = frozenset({"rpm", "alpm", "pep440"})

_CACHED_KEYS = 32_768  # an image has some 1,000 versions, its advisories some 10,000; below 32 MiB when full


def key(scheme: str, text: str) -> Any:
    """An orderable, hashable key of ``text`` under ``scheme``; the last few thousand are remembered.

    Raises ``Unparseable`` for text that is no version of the scheme, is empty, or is longer than
    ``limits.VERSION_CHARS``; ``KeyError`` for a scheme not in ``SCHEMES``.
    """
    if len(text) > limits.VERSION_CHARS:
        raise Unparseable(scheme, text, f"longer than {limits.VERSION_CHARS} characters")
    return _key(scheme, text)


def compare(scheme: str, a: str, b: str) -> Literal[-1, 0, 1]:
    """-1 when ``a`` is the older version, 1 when it is the newer one, 0 when they are the same version.

    Raises as ``key`` does, when either text is no version of the scheme.
    """
    left, right = key(scheme, a), key(scheme, b)
    if left == right:
        return 0
    return -1 if left < right else 1


def at_precision_of(scheme: str, text: str, bound: str) -> str:
    """``text`` without what ``bound`` does not speak of: an rpm release, a PEP 440 local part.

    "Up to and including 1.2" means every build of 1.2, also "1.2-3.el9" and "1.2+cu118".
    """
    if scheme not in _COARSER:
        return text
    coarser: Callable[[str, str], str] = import_module(f".{SCHEMES[scheme][0]}", __package__).at_precision_of
    return coarser(text, bound)


@lru_cache(maxsize=_CACHED_KEYS)
def _key(scheme: str, text: str) -> Any:
    return key_function(scheme)(text)


@cache
def key_function(scheme: str) -> Callable[[str], Any]:
    """What makes the keys of ``scheme``. Raises ``KeyError`` for one that is not in ``SCHEMES``."""
    module, name = SCHEMES[scheme]
    function: Callable[[str], Any] = getattr(import_module(f".{module}", __package__), name)
    return function
