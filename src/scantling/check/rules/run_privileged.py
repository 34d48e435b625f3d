"""SCN-RUN-001: a privileged container."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.edits import turned
from ..manifests.workload import Container
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        value, line = container.context("privileged")
    else:
        value, line = container.spec.get("privileged"), container.spec.line_of("privileged")
    if value is True or value == "true":
        yield Hit("privileged is true", "privileged", line, edit=turned(container, line, "privileged", "false"))


RULE = Rule(
    id="SCN-RUN-001",
    title="Privileged container",
    severity="HIGH",
    why="It has every capability and every device of the host: root in it is root outside.",
    fix="Remove it and add the one capability or device that is needed.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0017",),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n    privileged: true\n"),
        ("kubernetes", "securityContext: {privileged: true}\n"),
    ),
    good=(("kubernetes", "securityContext: {privileged: false}\n"), ("compose", "services:\n  w:\n    image: w:1\n")),
)
