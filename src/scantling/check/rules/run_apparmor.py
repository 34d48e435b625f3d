"""SCN-RUN-013: AppArmor is turned off."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"


def _container(container: Container) -> Iterator[Hit]:
    if not container.is_pod:
        return  # Compose's security_opt is SCN-RUN-012's
    value, line = container.context("appArmorProfile")
    if isinstance(value, Map) and value.get("type") == "Unconfined":
        yield Hit("appArmorProfile is Unconfined", "apparmor", line)
    annotations = child(container.metadata, "annotations")
    key = f"{_ANNOTATION}{container.spec.get('name')}"
    said = annotations.get(key)
    if said is not None and said != "runtime/default" and not str(said).startswith("localhost/"):
        yield Hit(f"the annotation says {str(said)[:60]}", "apparmor annotation", annotations.line_of(key))


RULE = Rule(
    id="SCN-RUN-013",
    title="AppArmor is turned off",
    severity="MEDIUM",
    why="The profile keeps a container from mounting, and from writing to the kernel's files.",
    fix="Remove the setting, or name RuntimeDefault or a profile of your own (Localhost).",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0002",),
    container=_container,
    bad=(("kubernetes", "securityContext: {appArmorProfile: {type: Unconfined}}\n"),),
    good=(
        ("kubernetes", "securityContext: {appArmorProfile: {type: RuntimeDefault}}\n"),
        ("kubernetes", "image: w:1\n"),
    ),
)
