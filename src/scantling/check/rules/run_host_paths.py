"""SCN-RUN-009: directories of the host."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child, items
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule
from .docker_socket import SOCKETS

_TELLING = ("/etc", "/proc", "/sys", "/dev", "/boot", "/root", "/var/run", "/run", "/var/lib/docker",
    "/var/lib/kubelet", "/var/lib/containerd", "/usr", "/lib", "/bin", "/sbin")  # fmt: skip
_USUAL = ("/etc/localtime", "/etc/timezone", "/dev/shm", "/dev/dri")  # noqa: S108


def _severity(path: str) -> str:
    path = path.rstrip("/")
    if path.endswith(SOCKETS) or path.startswith(_USUAL):
        return ""
    telling = not path or any(path == place or path.startswith(place + "/") for place in _TELLING)
    return "HIGH" if telling else "LOW"


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        for volume, line in items(container.pod, "volumes") if container.first else []:
            path = child(volume, "hostPath").get("path") if isinstance(volume, Map) else None
            if isinstance(path, str) and _severity(path):
                yield Hit(f"the node's {path} is mounted", path, line, severity=_severity(path))
        return
    for volume, line in items(container.spec, "volumes"):
        path = volume.get("source") if isinstance(volume, Map) else str(volume).partition(":")[0]
        has_target = isinstance(volume, Map) or ":" in str(volume)
        if isinstance(path, str) and path.startswith("/") and has_target and _severity(path) == "HIGH":
            yield Hit(f"the host's {path} is mounted", path, line)


RULE = Rule(
    id="SCN-RUN-009",
    title="Directory of the host is mounted",
    severity="HIGH",
    why="The container reads, and mostly writes, what the host's own programs trust.",
    fix="Use a volume; where it must be the host's, name the one file, read only.",
    references=("https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",),
    also=("AVD-KSV-0023", "AVD-KSV-0121"),
    container=_container,
    bad=(
        ("compose", 'services:\n  w:\n    image: w:1\n    volumes: ["/etc:/host/etc"]\n'),
        ("kubernetes", "pod: {volumes: [{name: r, hostPath: {path: /}}]}\n"),
        ("kubernetes", "pod: {volumes: [{name: r, hostPath: {path: /srv/data}}]}\n"),
    ),
    good=(
        (
            "compose",
            'services:\n  w:\n    image: w:1\n    volumes: ["./data:/data", "/etc/localtime:/etc/localtime:ro"]\n',
        ),
        ("kubernetes", "pod: {volumes: [{name: r, emptyDir: {}}]}\n"),
    ),
)
