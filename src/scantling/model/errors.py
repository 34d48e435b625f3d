"""Every exception Scantling raises on purpose.

    ScantlingError
    ├── UsageError        exit 2   the command line or a setting is wrong
    ├── Unscannable       exit 3   target not found, refused, unreadable, not an image
    │   └── DamagedLayer           a layer's bytes are not what they claim to be
    ├── DatabaseUnusable  exit 5   missing, torn, too old, other schema
    └── Malformed                  one file inside an image cannot be parsed: becomes a Gap, never reaches the user

Each carries what failed, where, and what to do. They are raised low, printed once, in ``cli``.
"""

from __future__ import annotations


class ScantlingError(Exception):
    """A failure meant for a person: *what* failed, *where*, and a *hint* at what to do about it."""

    exit_code = 3

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} ({self.where})" if self.where else self.what

    def __reduce__(self) -> tuple[object, ...]:  # keyword arguments survive the trip out of a worker process
        return (_rebuild, (type(self), self.what, self.where, self.hint))


def _rebuild(kind: type[ScantlingError], what: str, where: str, hint: str) -> ScantlingError:
    return kind(what, where=where, hint=hint)


class UsageError(ScantlingError):
    """The command line, an environment variable or a settings file asks for something impossible."""

    exit_code = 2


class Unscannable(ScantlingError):
    """The target was not found, was refused, could not be read or is not a container image."""

    exit_code = 3


class DamagedLayer(Unscannable):
    """A layer's bytes are cut short, altered, or not the archive they claim to be."""


class DatabaseUnusable(ScantlingError):
    """The vulnerability database is missing, damaged, too old for what was asked, or of another schema."""

    exit_code = 5


class Malformed(ScantlingError):
    """One file inside an image is not what its name promises; the runner turns this into a ``Gap``."""
