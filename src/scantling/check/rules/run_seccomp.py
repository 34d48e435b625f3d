"""SCN-RUN-012: no filter of system calls."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, items
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

_OFF = frozenset({"seccomp:unconfined", "apparmor:unconfined", "label:disable"})


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        value, line = container.context("seccompProfile")
        kind = value.get("type") if isinstance(value, Map) else None
        if kind not in {"RuntimeDefault", "Localhost"}:
            yield Hit("seccompProfile is not RuntimeDefault", "seccomp", line,
                severity="HIGH" if kind == "Unconfined" else "")  # fmt: skip
        return
    for option, line in items(container.spec, "security_opt"):
        if str(option).replace("=", ":") in _OFF:
            yield Hit(f"{option} turns a protection off", str(option), line, severity="HIGH")


RULE = Rule(
    id="SCN-RUN-012",
    title="System calls are not filtered",
    severity="LOW",
    why="Most ways out of a container need a system call that no usual program makes.",
    fix="Set seccompProfile: {type: RuntimeDefault}; in Compose leave Docker's default on.",
    references=("https://kubernetes.io/docs/tutorials/security/seccomp/",),
    also=("AVD-KSV-0030", "AVD-KSV-0104"),
    container=_container,
    bad=(
        ("compose", 'services:\n  w:\n    image: w:1\n    security_opt: ["seccomp:unconfined"]\n'),
        ("kubernetes", "image: w:1\n"),
    ),
    good=(
        ("compose", "services:\n  w:\n    image: w:1\n"),
        ("kubernetes", "securityContext: {seccompProfile: {type: RuntimeDefault}}\n"),
    ),
)
