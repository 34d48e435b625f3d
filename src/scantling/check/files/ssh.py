"""A server for remote shells in an image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.model.finding import Finding

from ..check import Scene
from ..file_rule import FileRule, found
from .listed import Listed

SSH_SERVER = FileRule(
    "SCN-FS-012", "SSH server", "MEDIUM",
    "A second way into the container, with accounts, keys and updates of its own that nobody watches.",
    "Leave it out: docker exec and kubectl exec open a shell, and say in the engine's log who did.", ("4.3",),
    references=("https://docs.docker.com/reference/cli/docker/container/exec/",),
)  # fmt: skip
_PROGRAMS = ("usr/sbin/sshd", "sbin/sshd", "usr/local/sbin/sshd", "usr/sbin/dropbear", "usr/bin/dropbear",
    "usr/local/sbin/dropbear", "usr/lib/openssh/sshd-session")  # fmt: skip
_GRAVE = frozenset({"permitrootlogin yes", "permitemptypasswords yes"})


def run(scene: Scene, layers: Sequence[Listed]) -> Iterator[Finding]:
    """The first server there is, with what its configuration allows."""
    for program in _PROGRAMS:
        number = scene.view.provider(program)
        if number is None:
            continue
        settings = sorted({
            note.text
            for layer in layers
            for note in layer.notes
            if note.kind == "sshd" and note.path not in layer.hidden
        })  # fmt: skip
        said = program.rpartition("/")[2] + (f", configured with {', '.join(settings)}" if settings else "")
        yield found(scene, SSH_SERVER, program, said, layer=number, severity="HIGH" if _GRAVE & set(settings) else "")
        return
