"""What OPA is asked, and what it prints, as plain values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from .bundle import Answer, RuleName

_MODULE = re.compile(r"m([0-9]{1,4})\.rego$")


def query(rules: Sequence[RuleName], now: datetime) -> str:
    """For each document in ``input``, a list with one entry a rule: its value in a list, an empty one if undefined."""
    now_ns = int(now.timestamp()) * 1_000_000_000 + now.microsecond * 1000
    asked = ", ".join(
        f"[x{number} | x{number} := {_path(rule)} with input as document with time.now_ns as {now_ns}]"
        for number, rule in enumerate(rules)
    )
    return f"[[{asked}] | document := input[_]]"


def _path(rule: RuleName) -> str:
    return "data" + "".join(f"[{json.dumps(part)}]" for part in (*rule.package, rule.name))


def answers_of(printed: Mapping[str, Any]) -> tuple[tuple[Answer, ...], ...] | str:
    """The answers in what ``opa eval`` printed for ``query``, or why there are none."""
    try:
        rows = printed["result"][0]["expressions"][0]["value"]
        return tuple(tuple(Answer(json.dumps(cell[0]).encode() if cell else None) for cell in row) for row in rows)
    except (KeyError, IndexError, TypeError):
        return "OPA gave no result"


def said(printed: Mapping[str, Any]) -> tuple[str, int] | None:
    """The first error that OPA printed, as FILE:LINE: TEXT, and the number of the module; None for no error."""
    errors = printed.get("errors")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return None
    first = errors[0]
    text = " ".join(str(first.get("message", "an error")).split())[:2_000]
    place = first.get("location")
    if not isinstance(place, dict):
        return text, 0
    name = str(place.get("file", "")).rpartition("/")[2]
    found = _MODULE.search(name)
    return f"{name}:{place.get('row', 0)}: {text}" if name else text, int(found[1]) if found else 0


def rules_of(tree: Mapping[str, Any], file: str) -> Iterator[RuleName]:
    """The rules (no functions) of a module in the shape that ``opa parse`` prints."""
    package = tuple(str(part.get("value")) for part in tree.get("package", {}).get("path", [])[1:])
    for rule in tree.get("rules", []):
        head = rule.get("head", {})
        ref = head.get("ref") or []
        name = str(ref[0].get("value", "")) if ref else str(head.get("name", ""))
        if name and "args" not in head:
            yield RuleName(package, name, file, int((rule.get("location") or {}).get("row") or 0))
