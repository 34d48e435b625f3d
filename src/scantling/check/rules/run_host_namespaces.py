"""SCN-RUN-002: namespaces of the host."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.edits import turned
from ..manifests.workload import Container
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        for key in ("hostNetwork", "hostPID", "hostIPC") if container.first else ():
            if container.pod.get(key) is True:
                line = container.pod.line_of(key)
                yield Hit(f"{key} is true", key, line, edit=turned(container, line, key, "false"))
        return
    for key in ("network_mode", "pid", "ipc", "uts", "userns_mode", "cgroup"):
        if container.spec.get(key) == "host":
            yield Hit(f"{key} is host", key, container.spec.line_of(key))


RULE = Rule(
    id="SCN-RUN-002",
    title="Namespace of the host",
    severity="HIGH",
    why="The container sees, and may reach, the host's processes, network or shared memory.",
    fix="Leave it out; publish the ports that are needed.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0008", "AVD-KSV-0009", "AVD-KSV-0010"),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n    network_mode: host\n    pid: host\n"),
        ("kubernetes", "pod: {hostNetwork: true}\n"),
        ("kubernetes", "pod:\n  hostPID: true\n"),
    ),
    good=(
        ("compose", "services:\n  w:\n    image: w:1\n    network_mode: bridge\n"),
        ("kubernetes", "pod: {hostNetwork: false}\n"),
    ),
)
