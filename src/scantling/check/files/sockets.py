"""Scripts and settings that speak to the container engine's socket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.model.finding import Finding

from ..check import Scene
from ..file_rule import FileRule, found
from .listed import Listed

SOCKET = FileRule(
    "SCN-FS-013", "The container engine's socket is referred to", "LOW",
    "It works only where the socket is mounted, and whoever can write to that is root on the host.",
    "Do without, or put a proxy in between that allows the few calls needed.",
    references=("https://docs.docker.com/engine/security/protect-access/",),
)  # fmt: skip
_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")


def run(scene: Scene, layers: Sequence[Listed]) -> Iterator[Finding]:
    """What a container is started with (MEDIUM: it is meant to have the socket), then scripts and files of /etc."""
    config = scene.info.config
    for place, texts in (("Env", config.env), ("Entrypoint", config.entrypoint), ("Cmd", config.cmd)):
        for text in texts:
            for socket in _SOCKETS:
                if socket in text:
                    said = f"{socket}, in the image's {place}"
                    yield found(scene, SOCKET, "", said, place=f"{place}|{socket}", severity="MEDIUM")
    for layer in layers:
        for note in layer.notes:
            if note.kind == "socket" and note.path not in layer.hidden:
                yield found(scene, SOCKET, note.path, note.text, place=note.text, layer=layer.number)
