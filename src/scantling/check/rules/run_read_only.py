"""SCN-RUN-006: the root file system can be written."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.edits import turned
from ..manifests.workload import Container
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        value, line = container.context("readOnlyRootFilesystem")
        if value is not True:
            edit = turned(container, line, "readOnlyRootFilesystem", "true")
            yield Hit("readOnlyRootFilesystem is not true", "readOnlyRootFilesystem", line, edit=edit)
    elif container.spec.get("read_only") is not True:
        line = container.spec.line_of("read_only") if "read_only" in container.spec else container.line
        yield Hit("read_only is not true", "read_only", line, edit=turned(container, line, "read_only", "true"))


RULE = Rule(
    id="SCN-RUN-006",
    title="The root file system can be written",
    severity="LOW",
    why="An intruder can change programs and leave tools behind.",
    fix="Set readOnlyRootFilesystem: true (Compose: read_only: true) and mount a volume or tmpfs where it writes.",
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",),
    also=("AVD-KSV-0014",),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n"),
        ("kubernetes", "securityContext:\n  readOnlyRootFilesystem: false\n"),
    ),
    good=(
        ("compose", "services:\n  w:\n    image: w:1\n    read_only: true\n"),
        ("kubernetes", "securityContext: {readOnlyRootFilesystem: true}\n"),
    ),
)
