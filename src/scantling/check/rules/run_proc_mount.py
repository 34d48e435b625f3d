"""SCN-RUN-015: all of /proc."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    value, line = container.context("procMount") if container.is_pod else (None, 0)
    if value is not None and value != "Default":
        yield Hit(f"procMount is {str(value)[:60]}", "procMount", line)


RULE = Rule(
    id="SCN-RUN-015",
    title="All of /proc is visible",
    severity="MEDIUM",
    why="The runtime hides files of /proc that tell of the host or change it; Unmasked shows them.",
    fix="Remove procMount.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0027",),
    container=_container,
    bad=(("kubernetes", "securityContext: {procMount: Unmasked}\n"),),
    good=(("kubernetes", "securityContext: {procMount: Default}\n"),),
)
