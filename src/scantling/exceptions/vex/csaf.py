"""CSAF 2.0 documents of the VEX profile (OASIS CSAF 2.0, sections 3.2.2 product tree, 3.2.3 vulnerabilities, 4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scantling.guard import limits
from scantling.model.errors import Malformed

from .statement import Statement

_STATUS = {
    "known_not_affected": "not_affected", "fixed": "fixed", "first_fixed": "fixed",
    "known_affected": "affected", "under_investigation": "under_investigation",
}  # fmt: skip


def is_one(document: Mapping[str, Any]) -> bool:
    head = document.get("document")
    return isinstance(head, Mapping) and str(head.get("category", "")).startswith("csaf_")


def read(document: Mapping[str, Any], source: str) -> Iterator[Statement]:
    """Its statements, a product at a time. Raises ``Malformed``."""
    tree = document.get("product_tree")
    tree = tree if isinstance(tree, Mapping) else {}
    purls, parents = _tree(tree)
    groups = _groups(tree)
    publisher = document["document"].get("publisher")
    author = str(publisher.get("name", "")) if isinstance(publisher, Mapping) else ""
    vulnerabilities = document.get("vulnerabilities") or []
    if not isinstance(vulnerabilities, list):
        raise Malformed("vulnerabilities that are no list", where=source)
    for item in vulnerabilities:
        if not isinstance(item, Mapping):
            raise Malformed("a vulnerability that is no object", where=source)
        name = str(item.get("cve") or next((str(one.get("text")) for one in item.get("ids") or ()), ""))
        if not name:
            raise Malformed("a vulnerability without cve or ids", where=source)
        why = _flags(item, groups)
        for group, products in (item.get("product_status") or {}).items():
            status = _STATUS.get(group)
            if status is None or not isinstance(products, list):
                continue
            for product in map(str, products):
                part, whole = parents.get(product, (product, ""))
                yield Statement(
                    vulnerability=name,
                    status=status,
                    products=tuple(purls.get(whole or part, ())),
                    subcomponents=tuple(purls.get(part, ())) if whole else (),
                    justification=why.get(product, ""),
                    detail=_impact(item, product, groups),
                    author=author,
                    source=source,
                )


def _tree(tree: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, tuple[str, str]]]:
    """Purls by product id; and for a product made of others, the part and the whole it is installed in."""
    purls: dict[str, list[str]] = {}
    todo: list[tuple[Any, int]] = [(branch, 0) for branch in tree.get("branches") or ()]
    named: list[Any] = [*(tree.get("full_product_names") or ())]
    parents: dict[str, tuple[str, str]] = {}
    while todo:
        branch, depth = todo.pop()
        if not isinstance(branch, Mapping) or depth > limits.JSON_DEPTH:
            continue
        named.append(branch.get("product"))
        todo.extend((below, depth + 1) for below in branch.get("branches") or ())
    for relation in tree.get("relationships") or ():
        if isinstance(relation, Mapping) and isinstance(relation.get("full_product_name"), Mapping):
            made = str(relation["full_product_name"].get("product_id", ""))
            parents[made] = (
                str(relation.get("product_reference", "")), str(relation.get("relates_to_product_reference", "")),
            )  # fmt: skip
            named.append(relation["full_product_name"])
    for product in named:
        helper = product.get("product_identification_helper") if isinstance(product, Mapping) else None
        if isinstance(helper, Mapping) and isinstance(helper.get("purl"), str):
            purls.setdefault(str(product.get("product_id", "")), []).append(helper["purl"])
    return purls, parents


def _groups(tree: Mapping[str, Any]) -> dict[str, list[str]]:
    """The product ids of each group (3.2.2.3)."""
    return {
        str(group.get("group_id", "")): list(map(str, group["product_ids"]))
        for group in tree.get("product_groups") or ()
        if isinstance(group, Mapping) and isinstance(group.get("product_ids"), list)
    }


def _meant(part: Mapping[str, Any], groups: Mapping[str, list[str]]) -> set[str]:
    named = set(map(str, part.get("product_ids") or ()))
    return named.union(*(groups.get(str(group), ()) for group in part.get("group_ids") or ()))


def _flags(item: Mapping[str, Any], groups: Mapping[str, list[str]]) -> dict[str, str]:
    return {
        product: str(flag.get("label", ""))
        for flag in item.get("flags") or ()
        if isinstance(flag, Mapping)
        for product in _meant(flag, groups)
    }


def _impact(item: Mapping[str, Any], product: str, groups: Mapping[str, list[str]]) -> str:
    for threat in item.get("threats") or ():
        if isinstance(threat, Mapping) and threat.get("category") == "impact":
            meant = _meant(threat, groups)
            if not meant or product in meant:
                return str(threat.get("details", ""))
    return ""
