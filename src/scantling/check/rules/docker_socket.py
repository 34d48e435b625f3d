"""SCN-IMG-015: the container engine's socket inside a container."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, child, items
from ..manifests.yaml_lines import Map
from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock")


def _named(text: object) -> str:
    return next((socket for socket in SOCKETS if socket in str(text)), "")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.final_instructions():
        if one.name in {"VOLUME", "RUN", "ENV", "CMD", "ENTRYPOINT"} and _named(one.value + one.body):
            yield Hit(f"{one.name} refers to {_named(one.value + one.body)}", one.name, one.line, one)


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod:
        for volume, line in items(container.pod, "volumes") if container.first else []:
            path = child(volume, "hostPath").get("path") if isinstance(volume, Map) else None
            if path and _named(path):
                yield Hit(f"the host's {path} is mounted", str(path), line)
        return
    for volume, line in items(container.spec, "volumes"):
        source = volume.get("source") if isinstance(volume, Map) else str(volume)
        if _named(source):
            yield Hit(f"the host's {_named(source)} is mounted", _named(source), line)


RULE = Rule(
    id="SCN-IMG-015",
    title="The container engine's socket in a container",
    severity="HIGH",
    why="Whoever can write to it starts containers with the host's root directory: it is root on the host.",
    fix="Do without, or put a proxy in between that allows the few calls needed.",
    references=("https://docs.docker.com/engine/security/protect-access/",),
    also=("AVD-KSV-0006",),
    recipe=_recipe,
    container=_container,
    bad=(
        ("dockerfile", "FROM debian:12\nVOLUME /var/run/docker.sock\n"),
        ("compose", "services:\n  w:\n    image: w:1\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n"),  # noqa: E501
        ("kubernetes", "pod: {volumes: [{name: s, hostPath: {path: /run/containerd/containerd.sock}}]}\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nVOLUME /data\n"),
        ("compose", "services:\n  w:\n    image: w:1\n    volumes:\n      - data:/data\n"),
    ),
)  # fmt: skip
