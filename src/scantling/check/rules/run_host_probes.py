"""SCN-RUN-025: a probe or hook that asks another host."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule


def _actions(container: Container) -> Iterator[tuple[str, Map]]:
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        yield name, child(container.spec, name)
    for name in ("postStart", "preStop"):
        yield name, child(child(container.spec, "lifecycle"), name)


def _container(container: Container) -> Iterator[Hit]:
    for name, action in _actions(container) if container.is_pod else ():
        for how in ("httpGet", "tcpSocket"):
            asked = child(action, how)
            if asked.get("host"):
                yield Hit(f"{name} asks {str(asked['host'])[:100]}", f"{name}|{how}", asked.line_of("host"))


RULE = Rule(
    id="SCN-RUN-025",
    title="Probe or hook that asks another host",
    severity="MEDIUM",
    why="The node's kubelet asks, past the pod's network policies: the pod's author reaches what the node reaches.",
    fix="Leave host out: the pod itself is asked.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    container=_container,
    bad=(
        ("kubernetes", "livenessProbe:\n  httpGet:\n    host: 169.254.169.254\n    port: 80\n"),
        ("kubernetes", "lifecycle: {preStop: {tcpSocket: {host: db.example.com, port: 1}}}\n"),
    ),
    good=(("kubernetes", "livenessProbe: {httpGet: {path: /healthz, port: 8080}}\n"),),
)
