"""SCN-RUN-021: nothing is asked of the scheduler, nothing bounds the processor."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if not container.is_pod:
        return
    resources = child(container.spec, "resources")
    limits, requests = child(resources, "limits"), child(resources, "requests")
    line = container.spec.line_of("resources") if "resources" in container.spec else container.line
    missing = [f"requests.{key}" for key in ("cpu", "memory") if key not in requests and key not in limits]
    if missing:
        yield Hit(f"{' and '.join(missing)} not set", "requests", line)


RULE = Rule(
    id="SCN-RUN-021",
    title="No request of processor or memory",
    severity="NEGLIGIBLE",
    why="The scheduler takes it for nothing, puts too much on one node, and evicts this pod first.",
    fix="Set resources.requests.cpu and resources.requests.memory.",
    references=("https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",),
    also=("AVD-KSV-0011", "AVD-KSV-0015", "AVD-KSV-0016"),
    container=_container,
    bad=(("kubernetes", "image: w:1\n"), ("kubernetes", "resources: {requests: {cpu: 10m}}\n")),
    good=(("kubernetes", "resources: {requests: {cpu: 10m}, limits: {memory: 64Mi}}\n"),),
)
