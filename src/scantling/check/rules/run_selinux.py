"""SCN-RUN-014: SELinux labels of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})


def _container(container: Container) -> Iterator[Hit]:
    value, line = container.context("seLinuxOptions") if container.is_pod else (None, 0)
    if not isinstance(value, Map):
        return
    if str(value.get("type") or "") not in _TYPES:
        yield Hit(f"type {str(value['type'])[:60]}", "type", value.line_of("type") or line)
    for key in ("user", "role"):
        if value.get(key):
            yield Hit(f"{key} {str(value[key])[:60]}", key, value.line_of(key) or line)


RULE = Rule(
    id="SCN-RUN-014",
    title="SELinux label other than the containers'",
    severity="MEDIUM",
    why="Another type or user may give the container more of the host than the policy for containers does.",
    fix="Leave user and role out; of types use container_t, container_init_t, container_kvm_t or container_engine_t.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0025",),
    container=_container,
    bad=(
        ("kubernetes", "securityContext: {seLinuxOptions: {type: spc_t}}\n"),
        ("kubernetes", "securityContext: {seLinuxOptions: {user: system_u}}\n"),
    ),
    good=(("kubernetes", "securityContext: {seLinuxOptions: {type: container_t, level: 's0:c123,c456'}}\n"),),
)
