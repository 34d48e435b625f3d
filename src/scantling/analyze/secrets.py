"""Secrets in the files of a layer, also in those that a later layer deletes."""

from __future__ import annotations

from scantling.model.evidence_secret import SecretFacts
from scantling.secret.ruleset import digest, ruleset
from scantling.secret.settings import value_hash

from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings


def inspector(settings: InspectorSettings) -> Inspector:
    """The inspector of the rules in force. Raises ``UsageError`` for a rule file that cannot be used."""
    secrets = settings.secrets
    if secrets.config is not None:
        ruleset(secrets)

    def prepare() -> None:
        from . import secret_reading

        secret_reading.prepare(secrets)

    def begin() -> Inspecting:
        from . import secret_reading

        return secret_reading.begin(secrets)

    version = f"2-{digest(secrets)[:16]}-{value_hash(b'', secrets.salt)}"
    return Inspector("secret", "secret", version, begin, SecretFacts, prepare)
