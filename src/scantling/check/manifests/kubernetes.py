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


def members(document: Map) -> list[Map]:
    """The objects of a ``List``, or the one that ``document`` is."""
    if document.get("kind") != "List":
        return [document]
    return [value for value, _ in items(document, "items")[: limits.MANIFEST_CONTAINERS] if isinstance(value, Map)]


def named(document: Map) -> str:
    """Its kind and name."""
    metadata = child(document, "metadata")
    return f"{document.get('kind')} {metadata.get('name') or metadata.get('generateName') or 'unnamed'}"


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
    metadata = child(document, "metadata")
    for key in _TEMPLATES[document["kind"]]:
        metadata = child(pod, "metadata")
        pod = child(pod, key)
    found: list[Container] = []
    for key in ("containers", "initContainers", "ephemeralContainers"):
        for value, line in items(pod, key):
            if isinstance(value, Map):
                where = f"{named(document)}, container {value.get('name') or 'unnamed'}"
                found.append(Container("kubernetes", where, line, value, pod, not found, metadata))
    return found
