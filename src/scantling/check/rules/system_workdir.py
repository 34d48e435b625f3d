"""SCN-IMG-031: a working directory where the kernel's or the system's own files are."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_SYSTEM = ("/proc", "/sys", "/dev", "/boot", "/initrd", "/lost+found")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for stage in recipe.stages:
        for one in stage.instructions:
            path = one.value.strip("\"'").rstrip("/") if one.name == "WORKDIR" else ""
            if path.startswith(tuple(place + "/" for place in _SYSTEM)) or path in _SYSTEM:
                yield Hit(f"WORKDIR {path[:200]}", path[:200], one.line, one)


RULE = Rule(
    id="SCN-IMG-031",
    title="Working directory in the system's own",
    severity="HIGH",
    why="A working directory below /proc (/proc/self/fd/8) has led out of containers: CVE-2024-21626.",
    fix="Use a directory of the program's own: WORKDIR /app.",
    references=("https://nvd.nist.gov/vuln/detail/CVE-2024-21626",),
    also=("AVD-DS-0030",),
    recipe=_recipe,
    bad=(("dockerfile", "FROM debian:12\nWORKDIR /proc/self/fd/8\n"), ("history", "WORKDIR /proc/self/fd/8")),
    good=(("dockerfile", "FROM debian:12\nWORKDIR /app/proc\n"), ("dockerfile", "FROM debian:12\nWORKDIR /device\n")),
)
