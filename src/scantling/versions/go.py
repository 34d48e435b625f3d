"""Go: module versions (semver with a "v", pseudo-versions, "+incompatible") and toolchain versions ("go1.21rc2").

Sources: go.dev/ref/mod#versions and go.dev/doc/toolchain#version.
"""

from __future__ import annotations

import re

from .semver import Key, scheme_key

_TOOLCHAIN = re.compile(r"([0-9]+(?:\.[0-9]+){1,2})(rc|beta)([0-9]+)")
_PATCHED = re.compile(r"([0-9]+(?:\.[0-9]+){1,2})b[0-9]+")  # "1.18.3b7": BoringCrypto on top of 1.18.3

_semver = scheme_key("go")


def key(text: str) -> Key:
    """An orderable key. A pseudo-version is a pre-release and sorts as one. Raises ``Unparseable``, for "(devel)" too.

    The standard library's "go1.21" is taken for 1.21.0 and "1.21rc2" for 1.21.0-rc.2, as the Go vulnerability
    database writes it. What a build adds after a space (" X:loopvar", " (Red Hat ...)") is not part of the version.
    """
    plain = text.strip(" \t").split(" ", 1)[0].removeprefix("go").removeprefix("v")
    if (match := _TOOLCHAIN.fullmatch(plain)) is not None:
        numbers, kind, count = match.groups()
        plain = f"{numbers}{'.0' * (2 - numbers.count('.'))}-{kind}.{count}"
    elif (match := _PATCHED.fullmatch(plain)) is not None:
        plain = match[1]
    return _semver(plain)
