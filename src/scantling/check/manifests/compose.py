"""Compose files (compose-spec): their services as containers."""

from __future__ import annotations

from scantling.guard import limits
from scantling.model.errors import Malformed

from .workload import Container
from .yaml_lines import Map


def is_compose(document: object) -> bool:
    return isinstance(document, Map) and isinstance(document.get("services"), Map) and "kind" not in document


def containers(document: Map) -> list[Container]:
    services = document["services"]
    if len(services) > limits.MANIFEST_CONTAINERS:
        raise Malformed(f"more than {limits.MANIFEST_CONTAINERS} services", where=f"line {services.line}")
    return [
        Container("compose", f"service {name}", services.line_of(name), service)
        for name, service in services.items()
        if isinstance(service, Map)
    ]
