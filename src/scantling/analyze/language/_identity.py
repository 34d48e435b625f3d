"""Is this text fit to be a package's name and version? Asked of everything that a file in an image claims."""

from __future__ import annotations

from scantling.guard import limits


def problem(name: str, version: str) -> str:
    """Why ``name`` and ``version`` cannot identify a package; "" when they can.

    Says nothing about the ecosystem's grammar: a version that does not follow it is still listed, and is the
    matcher's to call unverified.
    """
    if not name:
        return "no package name"
    if not version:
        return f"no version for {name[:80]}"
    if len(name) > limits.PACKAGE_NAME_CHARS:
        return f"a package name of {len(name)} characters"
    if len(version) > limits.VERSION_CHARS:
        return f"a version of {len(version)} characters for {name[:80]}"
    if not (name.isprintable() and version.isprintable()):
        return "control characters in a package's name or version"
    return ""
