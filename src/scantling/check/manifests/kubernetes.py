"""Kubernetes manifests: the containers of every Pod, and of every Pod template that a workload holds."""

from __future__ import annotations

from scantling.guard import limits
from scantling.model.errors import Malformed

from .workload import Container, child, items
from .yaml_lines import Map

_TEMPLATES = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "PodTemplate": ("template", "spec"),
}


def is_kubernetes(document: object) -> bool:
    return isinstance(document, Map) and isinstance(document.get("apiVersion"), str) and "kind" in document


def containers(document: Map) -> list[Container]:
    """Those of ``document`` or, for a ``List``, of its items; none for a kind that runs nothing."""
    found: list[Container] = []
    single = document.get("kind") != "List"
    for one in [document] if single else [value for value, _ in items(document, "items")]:
        if isinstance(one, Map) and str(one.get("kind")) in _TEMPLATES:
            found += _of_one(one)
        if len(found) > limits.MANIFEST_CONTAINERS:
            raise Malformed(f"more than {limits.MANIFEST_CONTAINERS} containers", where=f"line {document.line}")
    return found


def _of_one(document: Map) -> list[Container]:
    pod = document
    for key in _TEMPLATES[document["kind"]]:
        pod = child(pod, key)
    name = child(document, "metadata").get("name") or child(document, "metadata").get("generateName") or "unnamed"
    found: list[Container] = []
    for key in ("containers", "initContainers"):
        for value, line in items(pod, key):
            if isinstance(value, Map):
                where = f"{document['kind']} {name}, container {value.get('name') or 'unnamed'}"
                found.append(Container("kubernetes", where, line, value, pod, first=not found))
    return found
