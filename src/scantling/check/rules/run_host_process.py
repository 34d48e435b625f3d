"""SCN-RUN-018: a process of the Windows host."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.edits import turned
from ..manifests.workload import Container
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    value, _ = container.context("windowsOptions") if container.is_pod else (None, 0)
    if isinstance(value, Map) and value.get("hostProcess") is True:
        line = value.line_of("hostProcess")
        yield Hit("hostProcess is true", "hostProcess", line, edit=turned(container, line, "hostProcess", "false"))


RULE = Rule(
    id="SCN-RUN-018",
    title="Process of the Windows host",
    severity="HIGH",
    why="It runs on the node itself, in no container.",
    fix="Remove windowsOptions.hostProcess.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0103",),
    container=_container,
    bad=(("kubernetes", "securityContext:\n  windowsOptions:\n    hostProcess: true\n"),),
    good=(("kubernetes", "securityContext: {windowsOptions: {runAsUserName: ContainerUser}}\n"),),
)
