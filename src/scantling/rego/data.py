"""Data beside modules of Rego: JSON and YAML files, merged into one object under the directories they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scantling.guard import limits, strict_json, strict_yaml
from scantling.model.errors import Malformed, UsageError

from .roots import outside_roots

SUFFIXES = (".json", ".yaml", ".yml")


def parse(data: bytes, name: str, where: str) -> Any:
    """The value of the file ``name``. Raises ``UsageError`` that names the line where one is to blame."""
    try:
        if name.endswith(".json"):
            return strict_json.loads(data, max_bytes=limits.REGO_DATA_BYTES, where="")
        return strict_yaml.load(data, max_bytes=limits.REGO_DATA_BYTES).value
    except Malformed as error:
        line = error.where.removeprefix("line ")
        raise UsageError(f"the data cannot be read: {error.what}", where=f"{where}:{line}" if line else where) from None


def put(tree: dict[str, Any], path: Sequence[str], value: Any, where: str, roots: Sequence[str] = ("",)) -> None:
    """Merge ``value`` into ``tree`` at ``path``. Raises ``UsageError`` where two files say two things, for a file that
    is no object, and for what lies outside the bundle's ``roots``."""
    if not isinstance(value, dict):
        raise UsageError("data for a policy is one object (a mapping)", where=where)
    for part in reversed(path):
        value = {part: value}
    for leaf in _leaves(value, roots):
        if outside_roots(leaf, roots):
            raise UsageError(
                f"the data {'.'.join(leaf)} is outside the roots that the bundle's manifest claims",
                where=where,
                hint="add it to roots in .manifest",
            )
    _merge(tree, value, (), where)


def _leaves(value: dict[str, Any], roots: Sequence[str]) -> list[tuple[str, ...]]:
    """The paths in ``value`` as deep as the deepest of ``roots`` goes."""
    depth = max((len(root.split("/")) for root in roots if root), default=0)
    found: list[tuple[str, ...]] = []
    stack: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while stack:
        path, inner = stack.pop()
        if isinstance(inner, dict) and inner and len(path) < depth:
            stack += [((*path, key), item) for key, item in inner.items()]
        elif path:
            found.append(path)
    return sorted(found)


def _merge(into: dict[str, Any], value: dict[str, Any], path: tuple[str, ...], where: str) -> None:
    for key, item in value.items():
        there = into.get(key)
        if isinstance(there, dict) and isinstance(item, dict):
            _merge(there, item, (*path, key), where)
        elif key in into and there != item:
            raise UsageError(f"data.{'.'.join((*path, key))} is given twice, with two values", where=where)
        else:
            into[key] = item
