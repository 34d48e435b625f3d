"""The contract of a configuration rule: what it says, of which kinds of target, and how its own examples look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .manifests.workload import Container
    from .manifests.yaml_lines import Map
    from .recipe.recipe import Instruction, Recipe


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines ``first`` to ``last`` (from 1, inclusive) become ``lines``; ``last`` = ``first`` - 1 inserts."""

    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule does not hold. ``place`` names it in every build of the target (never a line number or a
    secret value). ``line`` is 0 where there is none. ``edit`` is the mechanical correction, where there is one."""

    message: str
    place: str = ""
    line: int = 0
    instruction: Instruction | None = None
    edit: Edit | None = None
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``recipe`` judges a Dockerfile and what an image's history says of one; ``container`` a container of a Compose
    file or a Kubernetes manifest, ``document`` a Kubernetes object of any kind. ``cis`` are item numbers of section 4
    of the CIS Docker Benchmark 1.6; ``also`` the ids of Trivy's (AVD-...) and hadolint's (DL...) checks that look at
    the same.

    ``bad`` and ``good`` are (kind, text) with kind "dockerfile", "history", "compose", "kubernetes" or "object": tests
    hold the rule to find every bad one and no good one. ``only_source``: a history says too little for it.
    """

    id: str
    title: str
    severity: str
    why: str
    fix: str
    references: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]
    good: tuple[tuple[str, str], ...]
    cis: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    recipe: Callable[[Recipe], Iterable[Hit]] | None = None
    container: Callable[[Container], Iterable[Hit]] | None = None
    document: Callable[[Map], Iterable[Hit]] | None = None
    only_source: bool = False


def hits(rule: Rule, kind: str, subject: Any) -> list[Hit]:
    """What ``rule`` says of ``subject``: a Recipe ("dockerfile", "history"), an object or a Container."""
    if kind in {"dockerfile", "history"}:
        if rule.recipe is None or (rule.only_source and kind == "history"):
            return []
        return list(rule.recipe(subject))
    if kind == "object":
        return [] if rule.document is None else list(rule.document(subject))
    return [] if rule.container is None else list(rule.container(subject))
