"""VEX in CycloneDX 1.4-1.6 JSON: ``vulnerabilities`` with an ``analysis`` (CycloneDX, "VEX")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scantling.model.errors import Malformed

from .statement import Statement

_STATES = {
    "not_affected": "not_affected", "false_positive": "not_affected", "resolved": "fixed",
    "resolved_with_pedigree": "fixed", "exploitable": "affected", "in_triage": "under_investigation",
}  # fmt: skip


def is_one(document: Mapping[str, Any]) -> bool:
    return document.get("bomFormat") == "CycloneDX"


def read(document: Mapping[str, Any], source: str) -> Iterator[Statement]:
    """Its statements; vulnerabilities without an analysis say nothing. Raises ``Malformed``."""
    refs = _refs(document)
    vulnerabilities = document.get("vulnerabilities") or []
    if not isinstance(vulnerabilities, list):
        raise Malformed("vulnerabilities that are no list", where=source)
    for item in vulnerabilities:
        if not isinstance(item, Mapping):
            raise Malformed("a vulnerability that is no object", where=source)
        analysis = item.get("analysis")
        if not isinstance(analysis, Mapping) or not analysis.get("state"):
            continue
        state = _STATES.get(str(analysis["state"]))
        if state is None or not item.get("id"):
            raise Malformed(f"an analysis of state {str(analysis['state'])[:40]!r}", where=source)
        affected = [str(one.get("ref", "")) for one in item.get("affects") or () if isinstance(one, Mapping)]
        yield Statement(
            vulnerability=str(item["id"]),
            status=state,
            products=tuple(dict.fromkeys(purl for ref in affected for purl in _named(ref, refs))),
            aliases=tuple(str(one.get("id", "")) for one in item.get("references") or () if isinstance(one, Mapping)),
            justification=str(analysis.get("justification") or ""),
            detail=str(analysis.get("detail") or ("" if analysis["state"] != "false_positive" else "false_positive")),
            source=source,
            moment=str(analysis.get("lastUpdated") or ""),
        )


def _refs(document: Mapping[str, Any]) -> dict[str, str]:
    metadata = document.get("metadata")
    top = metadata.get("component") if isinstance(metadata, Mapping) else None
    components = [*(document.get("components") or ()), *([top] if top else ())]
    return {
        str(one["bom-ref"]): str(one["purl"])
        for one in components
        if isinstance(one, Mapping) and one.get("bom-ref") and one.get("purl")
    }


def _named(ref: str, refs: Mapping[str, str]) -> Iterator[str]:
    if ref in refs:
        yield refs[ref]
    elif ref.startswith("urn:cdx:") and "#" in ref:  # a BOM-Link into another document: its last part is a bom-ref
        last = ref.rpartition("#")[2]
        yield refs.get(last, last)
    elif ref.startswith("pkg:"):
        yield ref
