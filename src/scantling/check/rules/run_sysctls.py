"""SCN-RUN-016: kernel settings that reach beyond the pod."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child, items
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

# those that the Pod Security Standards' baseline allows
_SAFE = frozenset({
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
})  # fmt: skip


def _container(container: Container) -> Iterator[Hit]:
    if not container.is_pod or not container.first:
        return
    for value, line in items(child(container.pod, "securityContext"), "sysctls"):
        name = str(value.get("name")) if isinstance(value, Map) else ""
        if name and name.replace("/", ".") not in _SAFE:
            yield Hit(f"sysctl {name[:100]}", name, line)


RULE = Rule(
    id="SCN-RUN-016",
    title="Kernel setting that reaches beyond the pod",
    severity="MEDIUM",
    why="It may weaken the node's protection, or slow all of its pods.",
    fix="Set it on the node, or use one of those that Kubernetes calls safe.",
    references=("https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",),
    also=("AVD-KSV-0026",),
    container=_container,
    bad=(("kubernetes", "pod: {securityContext: {sysctls: [{name: kernel.msgmax, value: '65536'}]}}\n"),),
    good=(("kubernetes", "pod: {securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}}\n"),),
)
