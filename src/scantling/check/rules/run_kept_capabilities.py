"""SCN-RUN-019: the runtime's capabilities are kept."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child, items
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        context = child(container.spec, "securityContext")
        dropped, key = items(child(context, "capabilities"), "drop"), "securityContext"
    else:
        dropped, key = items(container.spec, "cap_drop"), "cap_drop"
    if "ALL" not in {str(value).upper() for value, _ in dropped}:
        line = container.spec.line_of(key) if key in container.spec else container.line
        yield Hit("capabilities are not dropped", "drop", line)


RULE = Rule(
    id="SCN-RUN-019",
    title="Capabilities are kept",
    severity="LOW",
    why="The runtime gives fourteen of them to root in a container, such as forging packets; few programs need any.",
    fix="Drop ALL (Compose: cap_drop: [ALL]), and add what the program fails without.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0003", "AVD-KSV-0004", "AVD-KSV-0106"),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n"),
        ("kubernetes", "securityContext: {capabilities: {drop: [NET_RAW]}}\n"),
    ),
    good=(
        ("compose", "services:\n  w:\n    image: w:1\n    cap_drop: [ALL]\n"),
        ("kubernetes", "securityContext: {capabilities: {drop: [ALL]}}\n"),
    ),
)
