"""SCN-IMG-006: a download runs unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..rule import Hit, Rule

_FETCH = frozenset({"curl", "wget"})
_RUN = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "python", "python3", "perl", "ruby", "node", "php"})
_INSIDE = re.compile(r"\b(?:ba|da|a|z)?sh -c [\"']?\$\( ?(?:curl|wget)\b|(?:source|\.|bash|sh) <\((?:curl|wget)\b")


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.runs():
        fetched = ""
        for command in one.commands():
            words = [word for word in command.words if word not in {"sudo", "-E"}]
            program = words[0].rpartition("/")[2] if words else ""
            if not command.piped:
                fetched = ""
            if program in _FETCH:
                fetched = program
            elif fetched and command.piped and program in _RUN:
                yield Hit(f"what {fetched} fetches is run by {program} unseen", f"{fetched} | {program}", one.line, one)
                break
        else:
            if _INSIDE.search(one.script):
                yield Hit("what a download brings is run unseen", "download in a shell", one.line, one)


RULE = Rule(
    id="SCN-IMG-006",
    title="A download is piped into a shell",
    severity="HIGH",
    why="Whoever controls the server runs code in the build; what ran is not recorded and may differ next time.",
    fix="Fetch a named version to a file, check its SHA-256 or signature, then run it.",
    references=("https://cwe.mitre.org/data/definitions/494.html",),
    cis=("4.11",),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN curl -fsSL https://example.com/install.sh | bash -s -- -y\n"),
        ("dockerfile", "FROM debian:12\nRUN bash -c \"$(curl -fsSL https://example.com/i.sh)\"\n"),
        ("history", "RUN /bin/sh -c wget -qO- https://example.com/i.sh | sh # buildkit"),
        ("history", "/bin/sh -c curl https://example.com/i.sh | sudo -E bash -"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nRUN curl -fsSLo i.sh https://example.com/i.sh && sha256sum -c sums && sh i.sh\n"),  # noqa: E501
        ("dockerfile", "FROM debian:12\nRUN curl https://example.com/key.asc | gpg --dearmor > /k && bash x.sh\n"),
        ("dockerfile", "FROM debian:12\nRUN echo \"curl x | sh\"\n"),
    ),
)  # fmt: skip
