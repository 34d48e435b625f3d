"""Dockerfiles, after the Dockerfile reference (docs.docker.com/reference/dockerfile): parser directives, continued
lines, comments inside them, here-documents, JSON form, flags, ONBUILD, stages, and ARG and ENV put in."""

from __future__ import annotations

import re
from dataclasses import replace

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed

from .recipe import Instruction, Recipe, Stage

_KNOWN = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
_DIRECTIVE = re.compile(r"#[ \t]{0,20}([a-zA-Z][a-zA-Z0-9]{0,20})[ \t]{0,20}=[ \t]{0,20}(\S{1,500})[ \t]{0,20}$")
_HEREDOC = re.compile(r"(?:^|(?<=[\s;&|]))\d{0,3}<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_]{0,100})\2")
_VARIABLE = re.compile(
    r"\\\$|\$(?:([A-Za-z_][A-Za-z0-9_]{0,200})|\{([A-Za-z_][A-Za-z0-9_]{0,200})(?::?([-+])([^{}]{0,1000}))?\})"
)
_FLAG = re.compile(r"--[a-z][a-z-]{0,40}(?:=\S{0,4000})?(?=\s|$)")
_PUT_IN = frozenset({"ADD", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"})
_HAS_FLAGS = frozenset({"ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"})


def parse(data: bytes) -> Recipe:
    """The recipe in ``data``. Raises ``Malformed`` (``where`` is "line N") for what is no Dockerfile."""
    if len(data) > limits.DOCKERFILE_BYTES:
        raise Malformed(f"a Dockerfile of {len(data)} bytes; at most {limits.DOCKERFILE_BYTES} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed("a Dockerfile that is not UTF-8") from None
    lines = text.replace("\r\n", "\n").split("\n")
    return Recipe(_stages(_instructions(lines)), tuple(lines))


def _escape(lines: list[str]) -> str:
    for line in lines[:20]:
        match = _DIRECTIVE.match(line.strip())
        if match is None:
            break
        if match[1].lower() == "escape":
            if match[2] not in ("\\", "`"):
                raise Malformed("an escape directive that is neither \\ nor `", where="line 1")
            return match[2]
    return "\\"


def _instructions(lines: list[str]) -> list[Instruction]:
    escape = _escape(lines)
    found: list[Instruction] = []
    index = 0
    while index < len(lines):
        stripped = lines[index].strip()
        if not stripped or stripped.startswith("#"):
            index += 1
            continue
        first = index
        parts: list[str] = []
        while index < len(lines):
            line = lines[index].rstrip()
            index += 1
            if parts and (not line or line.lstrip().startswith("#")):
                continue  # comments and empty lines inside a continued one are dropped
            if line.endswith(escape):
                parts.append(line[:-1])
                continue
            parts.append(line)
            break
        joined = "".join(part if not number else " " + part.lstrip() for number, part in enumerate(parts)).strip()
        body, index = _here_documents(joined, lines, index)
        found.append(_instruction(joined, first + 1, index, body))
        if len(found) > limits.DOCKERFILE_INSTRUCTIONS:
            raise Malformed(f"more than {limits.DOCKERFILE_INSTRUCTIONS} instructions", where=f"line {first + 1}")
    return found


def _here_documents(joined: str, lines: list[str], index: int) -> tuple[str, int]:
    name = joined.split(None, 1)[0].upper()
    if name not in {"RUN", "COPY", "ADD"} or "<<" not in joined:
        return "", index
    bodies: list[str] = []
    for match in list(_HEREDOC.finditer(joined))[:20]:
        began = index
        while index < len(lines):
            line = lines[index].lstrip("\t") if match[1] else lines[index]
            index += 1
            if line.rstrip("\r") == match[3]:
                break
            bodies.append(line)
        else:
            raise Malformed(f"a here-document without its end, {match[3]}", where=f"line {began}")
    return "\n".join(bodies), index


def _instruction(joined: str, line: int, last: int, body: str) -> Instruction:
    name, _, rest = joined.partition(" ") if " " in joined else (*joined.split(None, 1), "", "")[:3]
    if "\t" in name:
        name, _, more = name.partition("\t")
        rest = f"{more} {rest}"
    name, rest = name.upper(), rest.strip()
    if name not in _KNOWN:
        raise Malformed(f"{name[:40]} is no instruction of a Dockerfile", where=f"line {line}")
    if not rest:
        raise Malformed(f"{name} without anything after it", where=f"line {line}")
    if name == "ONBUILD":
        if rest.split(None, 1)[0].upper() in {"ONBUILD", "FROM", "MAINTAINER"}:
            raise Malformed("ONBUILD of what cannot be put off", where=f"line {line}")
        return replace(_instruction(rest, line, last, body), on_build=True, text=joined)
    flags: list[str] = []
    while name in _HAS_FLAGS and (match := _FLAG.match(rest)):
        flags.append(match[0])
        rest = rest[match.end() :].lstrip()
    return Instruction(name, rest, line, last, tuple(flags), _argv(rest), body, text=joined)


def _argv(value: str) -> tuple[str, ...] | None:
    if not value.startswith("["):
        return None
    try:
        decoded = loads(value.encode(), max_bytes=limits.DOCKERFILE_BYTES, where="")
    except (Malformed, ValueError):
        return None  # then it is the shell form, as the reference says
    if isinstance(decoded, list) and all(isinstance(word, str) for word in decoded):
        return tuple(decoded)
    return None


def _stages(instructions: list[Instruction]) -> tuple[Stage, ...]:
    outside: dict[str, str] = {}
    stages: list[tuple[Instruction, list[Instruction]]] = []
    values: dict[str, str] = {}
    kept: list[dict[str, str]] = []
    for instruction in instructions:
        if instruction.name == "FROM":
            instruction = replace(instruction, value=_put_in(instruction.value, outside))
            stages.append((instruction, []))
            base = _base(instruction, stages[:-1])
            values = dict(kept[base]) if base is not None else {}
            kept.append(values)
            continue
        if not stages:
            if instruction.name != "ARG":
                raise Malformed(f"{instruction.name} before FROM", where=f"line {instruction.line}")
            _declare(instruction, outside, {})
            continue
        if instruction.name in _PUT_IN and instruction.argv is None:
            instruction = replace(instruction, value=_put_in(instruction.value, values))
        if instruction.name in {"ARG", "ENV"} and not instruction.on_build:
            _declare(instruction, values, outside)
        stages[-1][1].append(instruction)
    if not stages:
        raise Malformed("a Dockerfile without FROM", where="line 1")
    return tuple(
        Stage(
            start.value.split()[0],
            _name(start),
            start.line,
            _base(start, stages[:index]),
            tuple(members),
        )
        for index, (start, members) in enumerate(stages)
    )


def _name(start: Instruction) -> str:
    words = start.value.split()
    return words[2].lower() if len(words) >= 3 and words[1].lower() == "as" else ""


def _base(start: Instruction, earlier: list[tuple[Instruction, list[Instruction]]]) -> int | None:
    image = (start.value.split() or [""])[0].lower()
    for index in range(len(earlier) - 1, -1, -1):
        if image and image == _name(earlier[index][0]):
            return index
    return None


def _declare(instruction: Instruction, values: dict[str, str], outside: dict[str, str]) -> None:
    """Remember what ARG or ENV sets; an ARG without a value takes the one from before FROM."""
    words = instruction.value.split()
    if instruction.name == "ENV" and words and "=" not in words[0]:
        values[words[0]] = " ".join(words[1:])
        return
    for word in words[:1000]:
        name, equals, value = word.partition("=")
        if equals:
            values[name] = _put_in(value.strip("\"'"), values)[:4000]
        elif name in outside:
            values[name] = outside[name]


def _put_in(text: str, values: dict[str, str]) -> str:
    """``text`` with its variables replaced; those that are not known stay as they are."""

    def one(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if not name:
            return "$"
        known = values.get(name)
        if match[3] == "-":
            return known if known else match[4]
        if match[3] == "+":
            return match[4] if known else ""
        return match[0] if known is None else known

    return _VARIABLE.sub(one, text)[: limits.DOCKERFILE_BYTES]
