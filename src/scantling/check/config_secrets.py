"""Secrets in the image's configuration: variables, build arguments in the history, labels, what is started."""

from __future__ import annotations

from collections.abc import Iterable

from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place
from scantling.secret.named import Named, secrets_in
from scantling.secret.settings import masked, value_hash

from .check import Check, Scene
from .config_texts import texts_of

_REMEDIATION = (
    "Revoke or change it, and hand the new one over when the container starts, or to the build with"
    " RUN --mount=type=secret: whoever has the image can read its configuration and history."
)


def _run(scene: Scene) -> Iterable[Finding]:
    """One finding for each value, in the first place that holds it."""
    if not scene.config_secrets:
        return
    seen: set[bytes] = set()
    for place, layer, text in texts_of(scene.info):
        for one in secrets_in(text, scene.secrets):
            if one.value not in seen:
                seen.add(one.value)
                yield _finding(scene, place, layer, one)


def _finding(scene: Scene, place: str, diff_id: str, one: Named) -> Finding:
    hashed = value_hash(one.value, scene.secrets.salt)
    where = f"{place} {one.name}".strip()
    steady = f"config#{one.name}#{hashed}"
    shown = masked(one.value)
    begins = f"Begins with {shown.removesuffix('***')!r}. " if shown != "***" else ""
    return Finding(
        fingerprint=fingerprint_of_place(one.rule, steady, scene.info.repository, None),
        kind="secret",
        id=one.rule,
        title=one.title,
        severity=one.severity,
        severity_source="scantling",
        path=where,
        diff_id=diff_id,
        remediation=_REMEDIATION,
        description=f"{begins}Hash of the value: {hashed}.",
    )


CHECK = Check("config-secrets", "secret", _run)
