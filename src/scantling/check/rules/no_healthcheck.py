"""SCN-IMG-003: nothing tells whether the service still answers."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    if recipe.has_health is not None:
        if not recipe.has_health and recipe.ports:
            yield Hit("ports are exposed, but nothing asks whether the service answers", "healthcheck")
        return
    members = recipe.final_instructions()
    checks = [one for one in members if one.name == "HEALTHCHECK"]
    if not checks and any(one.name == "EXPOSE" for one in members):
        yield Hit("EXPOSE, but no HEALTHCHECK", "healthcheck", recipe.final.line)


RULE = Rule(
    id="SCN-IMG-003",
    title="No health check",
    severity="LOW",
    why="Docker and Compose cannot tell a service that hangs from one that works. Kubernetes ignores it: it has probes.",  # noqa: E501
    fix="Add HEALTHCHECK with a command that asks the service itself, or HEALTHCHECK NONE to say that probes do it.",
    references=("https://docs.docker.com/reference/dockerfile/#healthcheck",),
    also=("AVD-DS-0026",),
    cis=("4.6",),
    recipe=_recipe,
    bad=(("dockerfile", "FROM debian:12\nEXPOSE 8080\nCMD [\"app\"]\n"),),
    good=(
        ("dockerfile", "FROM debian:12\nEXPOSE 8080\nHEALTHCHECK CMD [\"app\", \"--ping\"]\n"),
        ("dockerfile", "FROM debian:12\nCMD [\"tool\"]\n"),
        ("dockerfile", "FROM debian:12\nEXPOSE 8080\nHEALTHCHECK NONE\n"),
    ),
)  # fmt: skip
