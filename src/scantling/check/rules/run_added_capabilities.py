"""SCN-RUN-020: capabilities that the Pod Security Standards do not let a pod add."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child, items
from ..rule import Hit, Rule
from .run_capabilities import STRONG

# what the baseline lets a pod add; the restricted standard allows the first alone
_BASELINE = (
    "NET_BIND_SERVICE", "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
)  # fmt: skip


def _container(container: Container) -> Iterator[Hit]:
    added = child(child(container.spec, "securityContext"), "capabilities") if container.is_pod else container.spec
    for value, line in items(added, "add" if container.is_pod else "cap_add"):
        name = str(value).upper().removeprefix("CAP_")
        if name == _BASELINE[0] or name in STRONG:
            continue
        if name in _BASELINE:
            yield Hit(f"capability {name} is more than the restricted standard allows", name, line)
        else:
            yield Hit(f"capability {name[:60]} is more than the baseline allows", name, line, severity="MEDIUM")


RULE = Rule(
    id="SCN-RUN-020",
    title="Capability beyond the Pod Security Standards",
    severity="LOW",
    why="Each is a part of root's power over files, users or the network.",
    fix="Leave it out: run as the user who owns the files, and listen above port 1023.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0022", "AVD-KSV-0119"),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n    cap_add: [NET_RAW]\n"),
        ("kubernetes", "securityContext: {capabilities: {add: [CHOWN]}}\n"),
    ),
    good=(("kubernetes", "securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}\n"),),
)
