"""SCN-RUN-004: processes may gain privileges."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.edits import turned
from ..manifests.workload import Container, items
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        value, line = container.context("allowPrivilegeEscalation")
        if value is not False:
            edit = turned(container, line, "allowPrivilegeEscalation", "false")
            yield Hit("allowPrivilegeEscalation is not false", "allowPrivilegeEscalation", line, edit=edit)
        return
    options = {str(value).replace("=", ":") for value, _ in items(container.spec, "security_opt")}
    if not options & {"no-new-privileges", "no-new-privileges:true"}:
        line = container.spec.line_of("security_opt") if "security_opt" in container.spec else container.line
        yield Hit("security_opt has no no-new-privileges", "no-new-privileges", line)


RULE = Rule(
    id="SCN-RUN-004",
    title="Processes may gain privileges",
    severity="MEDIUM",
    why="A setuid program in the image makes root of any user.",
    fix="Set allowPrivilegeEscalation: false, in Compose security_opt: [no-new-privileges:true].",
    references=("https://docs.kernel.org/userspace-api/no_new_privs.html",),
    also=("AVD-KSV-0001",),
    container=_container,
    bad=(
        ("compose", "services:\n  w:\n    image: w:1\n"),
        ("kubernetes", "image: w:1\n"),
        ("kubernetes", "securityContext:\n  allowPrivilegeEscalation: true # why not\n"),
    ),
    good=(
        ("compose", 'services:\n  w:\n    image: w:1\n    security_opt: ["no-new-privileges:true"]\n'),
        ("kubernetes", "securityContext: {allowPrivilegeEscalation: false}\n"),
    ),
)
