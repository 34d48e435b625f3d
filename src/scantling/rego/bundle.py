"""What is evaluated: modules of Rego and the data beside them, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass

DECISIONS = ("deny", "violation", "warn")  # conftest's words; each may carry a name: deny_root, warn_old_base
EXCEPTION = "exception"
_DECIDING = re.compile(r"(deny|violation|warn)(?:_[a-zA-Z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Rego. ``name`` is what messages call it; ``version`` 0 or 1 where a manifest says so, else None."""

    name: str
    source: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """``name`` stands in verdicts, ``where`` is what the user named. ``data`` is one JSON object as text; ``roots`` are
    the paths that a manifest claims ("" claims everything). ``digest`` is the SHA-256 (hex) of names and contents."""

    name: str
    where: str
    modules: tuple[Module, ...]
    data: bytes = b"{}"
    roots: tuple[str, ...] = ("",)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RuleName:
    """A rule of a package: ``package`` without "data" (``("docker", "scout")``), and where it first stands."""

    package: tuple[str, ...]
    name: str
    file: str = ""
    line: int = 0

    @property
    def kind(self) -> str:
        """The word of ``DECISIONS``, or "exception", that the rule is; "" for every other rule."""
        if self.name == EXCEPTION:
            return EXCEPTION
        fits = _DECIDING.fullmatch(self.name)
        return fits[1] if fits else ""

    @property
    def dotted(self) -> str:
        """``docker.scout.violation``."""
        return ".".join((*self.package, self.name))


@dataclass(frozen=True, slots=True)
class Checked:
    """A bundle that an engine can read: its rules, sorted, which version of Rego each module is, and the names of all
    functions that are called."""

    bundle: Bundle
    rules: tuple[RuleName, ...]
    versions: tuple[tuple[str, int], ...] = ()
    calls: tuple[str, ...] = ()

    def decisions(self) -> tuple[RuleName, ...]:
        """The rules that decide, and conftest's exceptions."""
        return tuple(rule for rule in self.rules if rule.kind)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule gave for one input: ``value`` (JSON; None when undefined), or why there is none (``fault``)."""

    value: bytes | None = None
    fault: str = ""
