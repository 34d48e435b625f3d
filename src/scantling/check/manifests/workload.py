"""One container as a manifest runs it, whichever of the two languages asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .yaml_lines import Items, Map


@dataclass(frozen=True, slots=True)
class Container:
    """``kind`` is "compose" or "kubernetes"; ``where`` names it ("service web", "Deployment shop, container web").

    ``spec`` is the service or the container, ``pod`` the pod's spec (an empty mapping for Compose). ``first`` is true
    for the container that answers for what belongs to the whole pod; ``metadata`` is the pod's, as its template has it.
    ``lines`` is the file, () where no correction is asked for.
    """

    kind: str
    where: str
    line: int
    spec: Map
    pod: Map = field(default_factory=lambda: Map(1))
    first: bool = True
    metadata: Map = field(default_factory=lambda: Map(1))
    lines: tuple[str, ...] = ()

    @property
    def is_pod(self) -> bool:
        return self.kind == "kubernetes"

    def context(self, key: str) -> tuple[object, int]:
        """``securityContext.key`` of the container, else of the pod, with its line; (None, line) where not set."""
        own, shared = child(self.spec, "securityContext"), child(self.pod, "securityContext")
        for context in (own, shared):
            if key in context:
                return context[key], context.line_of(key)
        return None, self.spec.line_of("securityContext") if "securityContext" in self.spec else self.line


def child(mapping: Map, key: str) -> Map:
    """The mapping under ``key``, an empty one where there is none."""
    value = mapping.get(key)
    return value if isinstance(value, Map) else Map(mapping.line_of(key))


def items(mapping: Map, key: str) -> list[tuple[object, int]]:
    """The items under ``key`` with their lines, none where there is no list."""
    value = mapping.get(key)
    return list(zip(value, value.lines, strict=True)) if isinstance(value, Items) else []
