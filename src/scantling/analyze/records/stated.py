"""What a record states of one package, and which paths are compared at all."""

from __future__ import annotations

from dataclasses import dataclass, field

# no program reads its behaviour from here, and slim images leave it out or write it anew
_NOT_COMPARED = (
    "usr/share/doc/", "usr/share/man/", "usr/share/info/", "usr/share/locale/", "usr/share/help/", "usr/share/icons/",
    "usr/share/lintian/", "usr/share/gnome/help/", "usr/local/",
)  # fmt: skip
_SYSTEM = ("usr/", "bin/", "sbin/", "lib", "opt/", "boot/")
PACKAGES_DIRECTORY = "-packages/"  # what both directories of Python's installers end in
_PYTHON = (f"site{PACKAGES_DIRECTORY}", f"dist{PACKAGES_DIRECTORY}")


def is_system(path: str) -> bool:
    """Whether a file at ``path`` is compared with what the system's package manager recorded: programs, libraries and
    their data; no configuration (it is meant to be changed) and no documentation."""
    return path.startswith(_SYSTEM) and not path.startswith(_NOT_COMPARED)


def is_python(path: str) -> bool:
    """Whether ``path`` is compared with a ``RECORD`` of Python's installers; byte code is made at run time."""
    return any(part in path for part in _PYTHON) and not path.endswith(".pyc")


@dataclass(slots=True)
class Stated:
    """The digests that the file ``path`` states for the package ``owner``, by path without a leading slash."""

    path: str
    type: str
    owner: str
    algorithm: str
    sums: dict[str, bytes] = field(default_factory=dict)
