"""SCN-IMG-012: an image without a version."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container
from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _tag(image: str) -> str:
    """What is wrong with the name, "" for nothing."""
    if "@" in image or "$" in image or not image:
        return ""
    tag = image.rpartition("/")[2].partition(":")[2]
    return "has no tag, which means latest" if not tag else "has the tag latest" if tag == "latest" else ""


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        if stage.base is None and stage.image and stage.image.lower() != "scratch" and _tag(stage.image):
            yield Hit(f"{stage.image} {_tag(stage.image)}", stage.image, stage.line)


def _container(container: Container) -> Iterator[Hit]:
    image = container.spec.get("image")
    builds = not container.is_pod and "build" in container.spec
    if isinstance(image, str) and not builds and _tag(image):
        yield Hit(f"{image} {_tag(image)}", image, container.spec.line_of("image"))


RULE = Rule(
    id="SCN-IMG-012",
    title="Image named without a version",
    severity="MEDIUM",
    why="What is built or started changes whenever somebody pushes, and nobody can say afterwards what it was.",
    fix="Name a version, or better a digest: image:1.2.3@sha256:...",
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
    also=("AVD-DS-0001", "AVD-KSV-0013", "DL3006", "DL3007"),
    cis=("4.2",),
    recipe=_recipe,
    container=_container,
    bad=(
        ("dockerfile", "FROM debian\n"),
        ("dockerfile", "ARG TAG=latest\nFROM localhost:5000/base:${TAG}\n"),
        ("compose", "services:\n  web:\n    image: nginx\n"),
        ("kubernetes", "image: nginx:latest\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12 AS base\nFROM base\n"),
        ("dockerfile", "FROM scratch\n"),
        ("dockerfile", f"FROM debian@sha256:{'0' * 64}\n"),
        ("compose", "services:\n  web:\n    image: web\n    build: .\n"),
        ("kubernetes", "image: nginx:1.27.3\n"),
    ),
)
