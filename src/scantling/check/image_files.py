"""The rules about an image's files that need sizes and owners: one file each in ``files``."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.model.finding import Finding

from .check import Check, Scene
from .file_rule import FileRule
from .files import caches, minimal, owners, sockets, ssh, user, waste
from .files.listed import listed

LISTING_RULES: tuple[FileRule, ...] = (
    owners.UNKNOWN_OWNER, caches.CACHE, waste.WASTE, ssh.SSH_SERVER, sockets.SOCKET, minimal.IN_MINIMAL,
    minimal.SMALLER_BASE, user.NAMED_USER,
)  # fmt: skip
_RUNS = (owners.run, caches.run, waste.run, ssh.run, sockets.run, minimal.run, user.run)


def _run(scene: Scene) -> Iterator[Finding]:
    layers = listed(scene)
    for run in _RUNS:
        yield from run(scene, layers)


CHECK = Check("image_files", "misconfig", _run)
