"""``RECORD`` of Python's installers (Recording installed projects, packaging.python.org): path, digest, size."""

from __future__ import annotations

import csv
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Iterator
from io import StringIO
from posixpath import normpath

from scantling.guard import limits
from scantling.model.errors import Malformed

from .stated import PACKAGES_DIRECTORY, Stated, is_python

_END = ".dist-info/RECORD"
_KIND = "sha256="


def wants(path: str) -> bool:
    """Whether ``path`` is the record of an installed package. Those of the distribution's Python packages are left to
    the distribution's own; a copy inside another package (``pip/_vendor``) was changed by those who put it there."""
    if not path.endswith(_END) or path.startswith("usr/lib/python3/"):
        return False
    return path[: path.rfind("/", 0, -len(_END))].endswith(PACKAGES_DIRECTORY[:-1])


def read(path: str, data: bytes) -> Iterator[Stated]:
    """One package. Raises ``Malformed`` for what is no CSV."""
    home, _, name = path.removesuffix(_END).rpartition("/")
    stated = Stated(path, "pypi", name.partition("-")[0], "sha256")
    try:
        for number, row in enumerate(csv.reader(StringIO(data.decode("utf-8", "replace")))):
            if number > limits.DATABASE_LINES:
                raise Malformed(f"more than {limits.DATABASE_LINES} lines")
            if len(row) < 2 or not row[1].startswith(_KIND) or len(row[0]) > limits.PATH_BYTES:
                continue
            file = normpath(f"{home}/{row[0]}") if home else normpath(row[0])
            if is_python(file) and not file.startswith(("../", "/")) and not row[0].startswith("/"):
                stated.sums[file] = _digest(row[1][len(_KIND) :])
    except csv.Error as error:
        raise Malformed(f"no comma-separated values: {error}") from error
    yield stated


def _digest(text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise Malformed("a SHA-256 that is none")
    return raw
