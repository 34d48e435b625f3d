"""Base images and what is built on them, small enough to read: Debian's shape, histories as builders write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support import oci

Write = Callable[..., str]
Call = Callable[..., tuple[int, str, str]]

RELEASE = b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
STATUS = "Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: all\n\n"
DAY = "2026-{:02}-01T00:00:00Z"


def status(**packages: str) -> str:
    """A dpkg database of these packages."""
    return "".join(STATUS.format(name=name, version=version) for name, version in packages.items())


def history(*entries: tuple[str, str]) -> Any:
    """An ``edit_config`` that writes the history: date and instruction, those of CMD, ENTRYPOINT, ENV and LABEL without
    a layer."""

    def edit(config: dict[str, Any]) -> None:
        config["history"] = [
            {"created": day, "created_by": line}
            | ({"empty_layer": True} if line.split(" ")[0] in {"CMD", "ENTRYPOINT", "ENV", "LABEL"} else {})
            for day, line in entries
        ]

    return edit


ROOT = oci.tar({"etc/os-release": RELEASE, "var/lib/dpkg/status": status(libc="1-1")})
ROOT_NEW = oci.tar({"etc/os-release": RELEASE, "var/lib/dpkg/status": status(libc="1-2")})
PYTHON = oci.tar({"var/lib/dpkg/status": status(libc="1-1", python="3-1")})
APP = oci.tar({"var/lib/dpkg/status": status(libc="1-1", python="3-1", app="9-1"), "app/main.py": "print()"})
FLAT = oci.tar({"etc/os-release": RELEASE, "var/lib/dpkg/status": status(libc="1-1", app="9-1")})

_ROOT_LINES = ((DAY.format(1), "ADD rootfs / # buildkit"), (DAY.format(1), 'CMD ["bash"]'))
_PYTHON_LINES = (*_ROOT_LINES, (DAY.format(2), "RUN install python"), (DAY.format(2), 'CMD ["python3"]'))

DEBIAN = oci.image([ROOT], edit_config=history(*_ROOT_LINES))
DEBIAN_NEW = oci.image([ROOT_NEW], edit_config=history(*_ROOT_LINES))
PYTHON_BASE = oci.image([ROOT, PYTHON], edit_config=history(*_PYTHON_LINES))
_APP_LINES = (*_PYTHON_LINES, (DAY.format(3), "COPY . /app"), (DAY.format(3), 'CMD ["app"]'))


def application(**more: Any) -> oci.Image:
    """Three layers: Debian's, Python's, and its own."""
    return oci.image([ROOT, PYTHON, APP], edit_config=history(*_APP_LINES), **more)


def silent(**more: Any) -> oci.Image:
    """The same without a history."""
    return oci.image([ROOT, PYTHON, APP], **more)


def squashed(**more: Any) -> oci.Image:
    """The same in one layer."""
    return oci.image([FLAT], **more)
