"""SCN-RUN-022: a role that amounts to the cluster's administrator."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import items
from ..manifests.yaml_lines import Items, Map
from ..rule import Hit, Rule

_WRITES = frozenset({"*", "create", "update", "patch"})
_RISES = frozenset({"escalate", "bind", "impersonate"})


def _words(rule: Map, key: str) -> set[str]:
    value = rule.get(key)
    return {str(one) for one in value} if isinstance(value, Items) else set()


def _said(rule: Map, whole_cluster: bool) -> Iterator[tuple[str, str]]:
    verbs, resources = _words(rule, "verbs"), _words(rule, "resources")
    if "*" in resources and ("*" in verbs or verbs & _WRITES):
        yield "every resource may be changed", "HIGH"
    elif "*" in verbs:
        yield f"every verb on {', '.join(sorted(resources))[:100]}", ""
    if verbs & _RISES:
        yield f"{', '.join(sorted(verbs & _RISES))} lets its holder rise", "HIGH"
    if "secrets" in resources and verbs & {"get", "list", "watch"} and not _words(rule, "resourceNames"):
        yield "every secret may be read" + (", of all namespaces" if whole_cluster else ""), "HIGH" * whole_cluster
    if "pods/exec" in resources and verbs & {"create", "get", "*"}:
        yield "commands may be run in every pod", ""


def _document(document: Map) -> Iterator[Hit]:
    kind = document.get("kind")
    if kind not in {"Role", "ClusterRole"} or not str(document.get("apiVersion")).startswith("rbac."):
        return
    for rule, line in items(document, "rules"):
        if isinstance(rule, Map):
            for said, severity in _said(rule, kind == "ClusterRole"):
                yield Hit(said, said, line, severity=severity)


RULE = Rule(
    id="SCN-RUN-022",
    title="Role that allows more than a program needs",
    severity="MEDIUM",
    why="Whoever takes over one pod with this role has the namespace, or the cluster.",
    fix="Name the verbs and resources that the program uses, and with resourceNames the objects.",
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    also=("AVD-KSV-0041", "AVD-KSV-0044", "AVD-KSV-0045", "AVD-KSV-0046", "AVD-KSV-0047", "AVD-KSV-0053"),
    document=_document,
    bad=(
        (
            "object",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nrules:\n- {resources: ['*'], verbs: ['*']}\n",
        ),
        (
            "object",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules:\n- {resources: [secrets], verbs: [list]}\n",
        ),
    ),
    good=(
        (
            "object",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules:\n- {resources: [pods], verbs: [get, list]}\n",
        ),
        (
            "object",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules:\n"
            "- {resources: [secrets], resourceNames: [tls], verbs: [get]}\n",
        ),
    ),
)
