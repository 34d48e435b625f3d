"""SCN-RUN-003: capabilities that amount to root."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child, items
from ..rule import Hit, Rule

STRONG = frozenset({
    "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "SYS_BOOT", "SYS_TIME", "NET_ADMIN", "DAC_READ_SEARCH",
    "BPF", "PERFMON", "MAC_ADMIN", "MAC_OVERRIDE", "SYSLOG", "LINUX_IMMUTABLE",
})  # fmt: skip


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        added = items(child(child(container.spec, "securityContext"), "capabilities"), "add")
    else:
        added = items(container.spec, "cap_add")
    for value, line in added:
        name = str(value).upper().removeprefix("CAP_")
        if name in STRONG:
            yield Hit(f"capability {name} is added", name, line)


RULE = Rule(
    id="SCN-RUN-003",
    title="Capability that amounts to root",
    severity="HIGH",
    why="With it a process in the container can leave it, or change the host.",
    fix="Drop ALL, and add only what the program fails without.",
    references=("https://man7.org/linux/man-pages/man7/capabilities.7.html",),
    also=("AVD-KSV-0005", "AVD-KSV-0120"),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n    cap_add: [SYS_ADMIN]\n"),
        ("kubernetes", "securityContext: {capabilities: {add: [CAP_NET_ADMIN]}}\n"),
    ),
    good=(
        ("compose", "services:\n  w:\n    image: w:1\n    cap_add: [NET_BIND_SERVICE]\n"),
        ("kubernetes", "securityContext: {capabilities: {drop: [ALL]}}\n"),
    ),
)
