"""File names that rules are about, and places whose secrets are examples."""

from __future__ import annotations

from functools import cache
from typing import Any

# documentation, manuals and the tests that libraries ship: only tokens whose checksum is right count there
_EXAMPLES = (
    r"(?i)(?:^|/)usr/(?:local/)?(?:share|lib)/(?:doc|man|info|gtk-doc|help|locale|i18n)/"
    r"|(?:^|/)(?:site-packages|dist-packages|node_modules|gems|vendor|go/pkg/mod|lib/python[0-9.]+|registry/src)/(?:.*/)?"
    r"(?:tests?|testing|__tests__|spec|specs|fixtures?|examples?|docs?|samples?|testdata|testsuite|demo)/"
    r"|(?:^|/)(?:site-packages|dist-packages|node_modules|gems)/(?:.*/)?"
    r"(?:test_[^/]*|[^/]*_test\.[a-z]+|[^/]*\.(?:test|spec)\.[a-z]+|conftest\.py|METADATA|PKG-INFO"
    r"|(?:readme|changelog|changes|history|news)(?:\.[a-z]+)?|[^/]*\.(?:md|rst|markdown|d\.ts|map))$"
)

_INSTALLED = (
    r"^(?:usr/)?(?:lib(?:32|64)?|libexec|share|bin|sbin)/|^usr/local/(?:lib|share|go)/"
    r"|(?:^|/)(?:site-packages|dist-packages|node_modules|gems|vendor|pkg/mod|registry/src)/"
)


def holds_examples(path: str) -> bool:
    """Whether whatever looks like a secret at ``path`` is most likely an example."""
    return compiled(_EXAMPLES).search(path) is not None


def holds_own_tests(path: str) -> bool:
    """Whether the program at ``path`` belongs to the system's libraries, some of which carry keys to test themselves
    (GnuTLS, as FIPS 140 asks for)."""
    return compiled(r"^(?:usr/)?lib(?:32|64)?/.*\.(?:so[0-9.]*|a)$").search(path) is not None


def is_installed(path: str) -> bool:
    """Whether a package manager, the system's or a language's, most likely put the file at ``path`` there."""
    return compiled(_INSTALLED).search(path) is not None


@cache
def compiled(pattern: str) -> Any:
    """``pattern`` in RE2, which takes linear time whatever it is held against."""
    import re2

    return re2.compile(pattern)


@cache
def matcher(globs: tuple[str, ...]) -> Any:
    """Finds whether a path ends in one of ``globs``; one that begins with a name begins at a directory's start.
    ``*`` stands for anything within the rest of the path."""
    from re import escape

    ends = "|".join(escape(glob).replace(r"\*", ".*").replace("/", "/") for glob in globs)
    return compiled(rf"(?s)(?:^|/)(?:{ends})$")
