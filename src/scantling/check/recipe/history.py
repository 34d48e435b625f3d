"""An image's history as a recipe: BuildKit's form ("RUN /bin/sh -c ... # buildkit"), the old builder's
("/bin/sh -c #(nop)  USER app") and Buildah's ("/bin/sh -c apt-get ...")."""

from __future__ import annotations

import re

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed
from scantling.model.image import ImageInfo

from .recipe import Instruction, Recipe, Stage

_NAMES = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
_SHELL = re.compile(r"(?:/(?:usr/)?bin/)?(?:ba|da|a)?sh (?:-[a-z]{1,8} ){0,4}-[a-z]{0,8}c ")
_ARGUMENTS = re.compile(r"\|\d{1,3} ")


def recipe_of(info: ImageInfo) -> Recipe:
    """What ``info``'s history and configuration say; the layer index of each instruction that made one."""
    found: list[Instruction] = []
    layer = 0
    for entry in info.config.history[: limits.DOCKERFILE_INSTRUCTIONS]:
        index = None
        if not entry.empty_layer:
            index = layer
            layer += 1
        instruction = instruction_of(entry.created_by, index)
        if instruction is not None:
            found.append(instruction)
    stage = Stage("", "", 0, None, tuple(found))
    config = info.config
    health = config.healthcheck is not None and config.healthcheck[:1] != ("NONE",)
    return Recipe((stage,), (), config.user, health, config.exposed_ports)


def instruction_of(created_by: str, layer: int | None = None) -> Instruction | None:
    """One history entry, None for what is no instruction (a comment of another builder)."""
    text = created_by.strip()[: limits.SHELL_BYTES]
    text = text.removesuffix("# buildkit").rstrip()
    before, nop, after = text.partition("#(nop)")
    if nop and _SHELL.fullmatch(before):
        text = after.strip()
    name, _, rest = text.partition(" ")
    if name not in _NAMES:
        rest, name = text, "RUN"
        if not (_SHELL.match(text) or _ARGUMENTS.match(text)):
            return None
    rest = rest.strip()
    flags: list[str] = []
    while rest.startswith("--") and name in {"ADD", "COPY", "RUN", "HEALTHCHECK"}:
        flag, _, rest = rest.partition(" ")
        flags.append(flag)
        rest = rest.lstrip()
    if name == "RUN":
        if _ARGUMENTS.match(rest):  # |N NAME=value ... before the shell: build arguments
            start = _SHELL.search(rest)
            rest = rest[start.start() :] if start else rest
        shell = _SHELL.match(rest)
        rest = rest[shell.end() :] if shell else rest
    return Instruction(name, rest, 0, 0, tuple(flags), _argv(name, rest), layer=layer, text=created_by)


def _argv(name: str, rest: str) -> tuple[str, ...] | None:
    if name == "RUN" or not rest.startswith("["):
        return None
    try:
        decoded = loads(rest.encode("utf-8", "replace"), max_bytes=limits.SHELL_BYTES, where="")
    except (Malformed, ValueError):
        return None
    return tuple(map(str, decoded)) if isinstance(decoded, list) else None
