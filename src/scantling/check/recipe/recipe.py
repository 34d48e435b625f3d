"""A recipe: the instructions that make an image, from a Dockerfile or from an image's history."""

from __future__ import annotations

from dataclasses import dataclass, field

from .shell import Command, commands


@dataclass(frozen=True, slots=True)
class Instruction:
    """``name`` in capitals; ``value`` joined over continued lines, with ARG and ENV put in, without ``flags``.

    ``argv`` is the JSON form, None for the shell form. ``body`` holds the text of here-documents. Lines count from 1;
    ``layer`` is the index of the image's layer that a history entry made, None for a source or an empty layer.
    """

    name: str
    value: str
    line: int = 0
    last_line: int = 0
    flags: tuple[str, ...] = ()
    argv: tuple[str, ...] | None = None
    body: str = ""
    on_build: bool = False
    layer: int | None = None
    text: str = ""

    @property
    def script(self) -> str:
        """What a RUN hands to the shell."""
        if self.body:
            return self.value + "\n" + self.body
        if self.argv is None:
            return self.value
        inner = len(self.argv) == 3 and self.argv[1] == "-c" and self.argv[0].rpartition("/")[2].endswith("sh")
        return self.argv[2] if inner else " ".join(self.argv)

    def commands(self) -> list[Command]:
        return commands(self.script)


@dataclass(frozen=True, slots=True)
class Stage:
    """``image`` is what FROM names, "" for an image whose FROM is not known; ``base`` the index of the earlier stage
    that it is built on."""

    image: str
    name: str
    line: int
    base: int | None
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """``lines`` is the source as lines, () for a history. ``health`` and ``user`` are what an image's configuration
    says, None where only instructions are known."""

    stages: tuple[Stage, ...]
    lines: tuple[str, ...] = ()
    user: str | None = None
    has_health: bool | None = None
    ports: tuple[str, ...] | None = field(default=None)

    @property
    def is_source(self) -> bool:
        return bool(self.lines)

    @property
    def final(self) -> Stage:
        return self.stages[-1]

    def built_on(self, stage: Stage) -> list[Stage]:
        """``stage`` and the earlier ones it is built on, lowest first."""
        chain = [stage]
        while chain[-1].base is not None:
            chain.append(self.stages[chain[-1].base])
        return chain[::-1]

    def final_instructions(self) -> list[Instruction]:
        """Every instruction that the final image is made with, in order; those of ONBUILD are not among them."""
        return [
            instruction
            for stage in self.built_on(self.final)
            for instruction in stage.instructions
            if not instruction.on_build
        ]

    def runs(self) -> list[Instruction]:
        """Every RUN of every stage, those of ONBUILD included."""
        return [one for stage in self.stages for one in stage.instructions if one.name == "RUN"]

    def final_runs(self) -> list[Instruction]:
        return [instruction for instruction in self.final_instructions() if instruction.name == "RUN"]
