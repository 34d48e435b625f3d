"""SCN-RUN-017: volumes of a kind that the restricted standard leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container, items
from ..manifests.yaml_lines import Map
from ..rule import Hit, Rule

# the Pod Security Standards' list; the node's own directories are SCN-RUN-009's
_ALLOWED = frozenset({
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
})  # fmt: skip
_ELSEWHERE = frozenset({"name", "hostPath", "image"})


def _container(container: Container) -> Iterator[Hit]:
    for volume, line in items(container.pod, "volumes") if container.is_pod and container.first else []:
        if isinstance(volume, Map):
            for kind in sorted(set(volume) - _ALLOWED - _ELSEWHERE):
                yield Hit(f"volume {volume.get('name')} is of kind {kind[:60]}", f"{volume.get('name')}|{kind}", line)


RULE = Rule(
    id="SCN-RUN-017",
    title="Volume of a kind that speaks to storage directly",
    severity="LOW",
    why="The pod's author names servers and disks; a claim leaves that to the cluster's administrator.",
    fix="Use a persistentVolumeClaim or csi.",
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    also=("AVD-KSV-0028",),
    container=_container,
    bad=(("kubernetes", "pod: {volumes: [{name: n, nfs: {server: files.example.com, path: /}}]}\n"),),
    good=(("kubernetes", "pod: {volumes: [{name: t, emptyDir: {}}, {name: c, configMap: {name: c}}]}\n"),),
)
