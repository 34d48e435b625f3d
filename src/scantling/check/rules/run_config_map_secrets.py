"""SCN-RUN-024: secrets in a ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import child
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule
from .run_secret_environment import is_harmless, is_secret_name


def _document(document: Map) -> Iterator[Hit]:
    data = child(document, "data") if document.get("kind") == "ConfigMap" else Map(1)
    for name, value in data.items():
        spelled = name.replace(".", "_").replace("-", "_")
        if is_secret_name(spelled) and isinstance(value, str) and "\n" not in value and not is_harmless(value):
            yield Hit(f"{name[:100]} has a value", name, data.line_of(name))


RULE = Rule(
    id="SCN-RUN-024",
    title="Secret in a ConfigMap",
    severity="HIGH",
    why="Whoever may read the namespace's objects, or the repository, has it.",
    fix="Put it into a Secret, made outside of the repository.",
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
    also=("AVD-KSV-0109",),
    document=_document,
    bad=(("object", "apiVersion: v1\nkind: ConfigMap\ndata:\n  db-password: hunter2hunter2\n"),),
    good=(("object", "apiVersion: v1\nkind: ConfigMap\ndata:\n  db-password-file: /run/secrets/db\n  LEVEL: info\n"),),
)
