"""The kinds of statement: their words on the command line, their predicate types, and when what they say was so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scantling.model.moment import parse

REPORT = "report"
TYPES: Mapping[str, str] = {
    REPORT: "urn:scantling:report:1",
    "vuln": "https://in-toto.io/attestation/vulns/v0.2",
    "vuln-v1": "https://cosign.sigstore.dev/attestation/vuln/v1",
    "sbom": "https://cyclonedx.org/bom",
    "spdx": "https://spdx.dev/Document",
    "openvex": "https://openvex.dev/ns",
}
_WHEN: Mapping[str, tuple[str, ...]] = {
    REPORT: ("created_at",),
    "vuln": ("metadata", "scanFinishedOn"),
    "vuln-v1": ("metadata", "scanFinishedOn"),
    "sbom": ("metadata", "timestamp"),
    "spdx": ("creationInfo", "created"),
    "openvex": ("timestamp",),
}


def word_of(predicate_type: str) -> str:
    """The word for ``predicate_type``, "" for one that is none of ours. Later versions of a document's format
    (``https://spdx.dev/Document/v2.3``) are the same kind."""
    for word, known in TYPES.items():
        if predicate_type == known or (word in {"sbom", "spdx", "openvex"} and predicate_type.startswith(known + "/")):
            return word
    return ""


def moment_of(word: str, predicate: Any) -> datetime | None:
    """When the scan was made, or the document written, by what the predicate says; None where it does not."""
    value = predicate
    for key in _WHEN[word]:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return parse(value) if isinstance(value, str) else None
