"""The one spelling of a package's name under an ecosystem key, for writing rows and for asking."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[-_.]+")
_CASELESS = frozenset({"nuget", "composer", "hex", "pub", "swift"})  # their registries ignore case

_JAVA_BUILDS = (
    "corretto", "dragonwell", "liberica", "microsoft-openjdk", "openjdk", "oracle-jdk", "sapmachine", "semeru",
    "temurin", "zulu",
)  # fmt: skip
# Bitnami's name of a component -> names of the same software when it was compiled from source (type ``generic``)
UPSTREAM_SOFTWARE: dict[str, tuple[str, ...]] = {
    "apache": ("httpd",),
    "golang": ("go",),
    "java": _JAVA_BUILDS,
    **{
        name: (name,)
        for name in (
            "git", "haproxy", "lua", "mariadb", "memcached", "nginx", "node", "openresty", "php", "postgresql",
            "python", "redis", "ruby", "sqlite", "valkey",
        )
    },
}  # fmt: skip
# of everything of type ``generic``, the names that some feed speaks of: silence about any other name means nothing
ADVISED_SOFTWARE = frozenset(name for names in UPSTREAM_SOFTWARE.values() for name in names)


def fold(ecosystem: str, name: str) -> str:
    """``name`` as the database's key: PEP 503 for PyPI, lower case where the registry ignores case; for Swift the
    repository's host and path, which advisories write with and without the rest of the address."""
    if ecosystem == "pypi":
        return _SEPARATORS.sub("-", name).lower()
    if ecosystem == "swift":
        return name.rpartition("://")[2].strip("/").lower().removesuffix(".git")
    return name.lower() if ecosystem in _CASELESS else name
