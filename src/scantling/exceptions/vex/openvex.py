"""OpenVEX 0.0.x and 0.2.0 documents (openvex/spec, "OpenVEX Specification v0.2.0")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scantling.model.errors import Malformed

from .statement import Statement

STATUSES = frozenset({"not_affected", "affected", "fixed", "under_investigation"})


def is_one(document: Mapping[str, Any]) -> bool:
    return str(document.get("@context", "")).startswith("https://openvex.dev/ns")


def read(document: Mapping[str, Any], source: str) -> Iterator[Statement]:
    """Its statements. Raises ``Malformed``."""
    author = str(document.get("author", ""))
    statements = document.get("statements")
    if not isinstance(statements, list):
        raise Malformed("an OpenVEX document without statements", where=source)
    for item in statements:
        if not isinstance(item, Mapping):
            raise Malformed("a statement that is no object", where=source)
        status = item.get("status")
        if status not in STATUSES:
            raise Malformed(f"a statement of status {str(status)[:40]!r}", where=source)
        vulnerability = item.get("vulnerability")
        name = ""
        aliases: tuple[str, ...] = ()
        if isinstance(vulnerability, Mapping):
            name = str(vulnerability.get("name") or vulnerability.get("@id") or "")
            aliases = tuple(map(str, vulnerability.get("aliases") or ()))
        elif isinstance(vulnerability, str):
            name = vulnerability
        if not name:
            raise Malformed("a statement without a vulnerability", where=source)
        if status == "not_affected" and not (item.get("justification") or item.get("impact_statement")):
            raise Malformed(f"{name} is not_affected without a justification", where=source)
        products = item.get("products") or ()
        subcomponents = [*(item.get("subcomponents") or ())]
        for product in products:
            if isinstance(product, Mapping):
                subcomponents += product.get("subcomponents") or ()
        yield Statement(
            vulnerability=name.rpartition("/")[2],
            status=status,
            products=tuple(purl for product in products for purl in _purls(product)),
            aliases=aliases,
            subcomponents=tuple(purl for part in subcomponents for purl in _purls(part)),
            justification=str(item.get("justification") or ""),
            detail=str(item.get("impact_statement") or item.get("status_notes") or ""),
            author=author,
            source=source,
            moment=str(item.get("timestamp") or document.get("timestamp") or ""),
        )


def _purls(product: Any) -> Iterator[str]:
    if isinstance(product, str):
        yield product
    elif isinstance(product, Mapping):
        identifiers = product.get("identifiers")
        named = [product.get("@id"), identifiers.get("purl") if isinstance(identifiers, Mapping) else None]
        yield from dict.fromkeys(text for text in named if isinstance(text, str) and text.startswith("pkg:"))
