"""SCN-RUN-010: no bound on memory."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        resources = child(container.spec, "resources")
        if "memory" not in child(resources, "limits"):
            line = container.spec.line_of("resources") if "resources" in container.spec else container.line
            yield Hit("resources.limits.memory is not set", "memory", line)
        return
    limits = child(child(child(container.spec, "deploy"), "resources"), "limits")
    if "memory" not in limits and "mem_limit" not in container.spec:
        yield Hit("no limit of memory", "memory", container.line)


RULE = Rule(
    id="SCN-RUN-010",
    title="No limit of memory",
    severity="LOW",
    why="One container that grows takes the memory of all others on the machine.",
    fix="Set resources.limits.memory, in Compose deploy.resources.limits.memory or mem_limit.",
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    also=("AVD-KSV-0018",),
    container=_container,
    bad=(("compose", "services:\n  w:\n    image: w:1\n"), ("kubernetes", "image: w:1\n")),
    good=(
        ("compose", "services:\n  w:\n    image: w:1\n    mem_limit: 256m\n"),
        ("kubernetes", "resources: {limits: {memory: 256Mi}}\n"),
    ),
)
