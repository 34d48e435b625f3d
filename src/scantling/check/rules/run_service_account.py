"""SCN-RUN-011: the token of the service account is mounted."""

from __future__ import annotations

from collections.abc import Iterator

from ..manifests.workload import Container
from ..rule import Hit, Rule


def _container(container: Container) -> Iterator[Hit]:
    if container.is_pod and container.first and container.pod.get("automountServiceAccountToken") is not False:
        named = container.pod.get("serviceAccountName")
        if named in (None, "default"):
            yield Hit("the default service account's token is mounted", "token", container.pod.line)


RULE = Rule(
    id="SCN-RUN-011",
    title="Token of the service account is mounted",
    severity="LOW",
    why="An intruder may speak to the cluster's API with it.",
    fix="Set automountServiceAccountToken: false, or name a service account made for this workload.",
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",),
    also=("AVD-KSV-0036",),
    container=_container,
    bad=(("kubernetes", "image: w:1\n"),),
    good=(
        ("kubernetes", "pod: {automountServiceAccountToken: false}\n"),
        ("kubernetes", "pod: {serviceAccountName: shop}\n"),
    ),
)
