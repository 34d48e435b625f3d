"""SCN-RUN-005: nothing keeps the container from running as root."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.edits import turned
from ..manifests.workload import Container
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        value, line = container.context("runAsNonRoot")
        user, _ = container.context("runAsUser")
        if value is not True and not (isinstance(user, int) and user > 0):
            edit = turned(container, line, "runAsNonRoot", "true")
            yield Hit("runAsNonRoot is not true", "runAsNonRoot", line, edit=edit)


RULE = Rule(
    id="SCN-RUN-005",
    title="Nothing keeps the container from running as root",
    severity="MEDIUM",
    why="The image alone decides about the user; a new one may run as root.",
    fix="Set runAsNonRoot: true in the securityContext of the container or the pod.",
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
    also=("AVD-KSV-0012",),
    container=_container,
    bad=(("kubernetes", "image: w:1\n"), ("kubernetes", "securityContext:\n  runAsNonRoot: false\n")),
    good=(
        ("kubernetes", "securityContext: {runAsNonRoot: true}\n"),
        ("kubernetes", "pod: {securityContext: {runAsUser: 1000}}\n"),
    ),
)
