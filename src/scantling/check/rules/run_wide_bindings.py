"""SCN-RUN-023: rights given to everybody, or all rights to somebody."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import child, items
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

_EVERYBODY = frozenset({"system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"})


def _document(document: Map) -> Iterator[Hit]:
    if document.get("kind") not in {"RoleBinding", "ClusterRoleBinding"}:
        return
    role = child(document, "roleRef")
    if role.get("name") in {"cluster-admin", "system:masters"}:
        yield Hit(f"{role['name']} is bound", "role", role.line_of("name"))
    for subject, line in items(document, "subjects"):
        name = str(subject.get("name")) if isinstance(subject, Map) else ""
        if name in _EVERYBODY:
            yield Hit(f"bound to {name}", name, line)
        elif name == "default" and isinstance(subject, Map) and subject.get("kind") == "ServiceAccount":
            yield Hit("bound to the default service account, which every pod has", name, line, severity="MEDIUM")


RULE = Rule(
    id="SCN-RUN-023",
    title="Rights for everybody, or all rights",
    severity="HIGH",
    why="The binding reaches far beyond one program.",
    fix="Bind a role made for the program to a service account made for it.",
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
    also=("AVD-KSV-0111", "AVD-KSV-0122", "AVD-KSV-0123"),
    document=_document,
    bad=(
        (
            "object",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nroleRef: {name: cluster-admin}\n",
        ),
        (
            "object",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n"
            "subjects:\n- {kind: User, name: 'system:anonymous'}\n",
        ),
    ),
    good=(
        (
            "object",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nroleRef: {name: reader}\n"
            "subjects:\n- {kind: ServiceAccount, name: shop}\n",
        ),
    ),
)
