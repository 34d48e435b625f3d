"""SCN-IMG-017: a build step lets everybody write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_LOOSE = re.compile(r"0?[0-7][0-7][2367]|(?:a|o|ugo|go)?\+[rx]{0,2}w[rxX]{0,2}|(?:a|o|ugo|go)=[rx]{0,2}w[rxX]{0,2}")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.final_instructions():
        modes = [flag[8:] for flag in one.flags if flag.startswith("--chmod=")] if one.name in {"COPY", "ADD"} else []
        if one.name == "RUN":
            modes = [command.arguments[0] for command in one.commands()
                if command.program == "chmod" and command.arguments]  # fmt: skip
        for mode in sorted({mode for mode in modes if _LOOSE.fullmatch(mode) and not mode.startswith("+")}):
            yield Hit(f"chmod {mode} lets every user write", f"chmod {mode}", one.line, one)


RULE = Rule(
    id="SCN-IMG-017",
    title="Everybody may write",
    severity="MEDIUM",
    why="Any process in the container, whatever its user, can change the program or its settings.",
    fix="Give the files to the user who writes them: COPY --chown, or chown and chmod u+w.",
    references=("https://cwe.mitre.org/data/definitions/732.html",),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN chmod -R 777 /app\n"),
        ("dockerfile", "FROM debian:12\nCOPY --chmod=0666 x /x\n"),
        ("history", "RUN /bin/sh -c chmod a+rwx /srv # buildkit"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nRUN chmod 1777 /scratch && chmod +x /app && chmod -R 755 /srv\n"),
        ("dockerfile", "FROM debian:12\nCOPY --chmod=0644 x /x\n"),
    ),
)
