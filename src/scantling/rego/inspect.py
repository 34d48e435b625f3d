"""What stands in a module of Rego: its version, package, rules and the functions that it calls. Runs in the child."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_V1_WORDS = frozenset({"if", "contains", "every", "in"})


def inspect(regorus: Any, modules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One object for each module: ``version`` and what it holds, or ``fault`` where it is neither Rego v1 nor v0.

    Sets the ``version`` of each module in passing.
    """
    from scantling.rego.worker import fault_text

    for index, module in enumerate(modules):
        faults = []
        for version in (1, 0) if module["version"] is None else (module["version"],):
            engine = regorus.Engine()
            engine.set_rego_v0(version == 0)
            try:
                engine.add_policy(module["name"], module["source"])
                tree = json.loads(engine.get_ast_as_json())[0]["ast"]
            except RuntimeError as error:
                faults.append(fault_text(str(error)))
                continue
            contents = _contents(tree, module["source"].encode())
            if version == 0 and not _V1_WORDS.isdisjoint(contents["rules"]):
                continue  # "allow if x" without its import: the engine would read "allow", always, and a rule "if"
            module["version"] = version
            yield {"module": index, "version": version, **contents}
            break
        else:
            module["version"] = 1
            # what the newer version says of it is said: the older one is tried for what was written for it
            yield {"module": index, "fault": faults[0]}


def _contents(tree: dict[str, Any], source: bytes) -> dict[str, Any]:
    rules: dict[str, dict[str, Any]] = {}
    for rule in tree["rules"]:
        name, line, is_function = _head(rule)
        if name:
            rules.setdefault(name, {"line": line, "function": is_function})
    aliases = set()
    for imported in tree["imports"]:
        span, path = imported.get("as"), _path(imported["refr"])
        if span:
            aliases.add(source[span["start"] : span["end"]].decode("utf-8", "replace"))
        elif path:
            aliases.add(path[-1])
    calls: dict[str, int] = {}
    for name, line in _calls(tree["rules"]):
        calls.setdefault(name, line)
    return {
        "package": _path(tree["package"]["refr"]) or [],
        "rules": rules,
        "aliases": sorted(aliases),
        "calls": calls,
    }


def _head(rule: dict[str, Any]) -> tuple[str, int, bool]:
    body = rule.get("Spec") or rule.get("Default") or {}
    head = body.get("head")
    if head is None:  # default allow := false
        path, kind, place = _path(body.get("refr")), "Default", body.get("span")
    else:
        (kind, inner), *_ = head.items()
        path, place = _path(inner.get("refr")), inner.get("span")
    return (path[0] if path else ""), int((place or {}).get("line") or 0), kind == "Func"


def _path(expression: Any) -> list[str] | None:
    """``a.b["c"]`` as its parts, up to the first part that is not a constant."""
    if not isinstance(expression, dict) or not expression:
        return None
    (kind, inner), *_ = expression.items()
    if kind == "Var":
        return [str(inner["value"])]
    if kind == "RefDot":
        before = _path(inner["refr"])
        return None if before is None else [*before, str(inner["field"][1])]
    if kind == "RefBrack":
        before = _path(inner["refr"])
        last = inner.get("index")
        if before is not None and isinstance(last, dict) and "String" in last:
            return [*before, str(last["String"]["value"])]
        return before
    return None


def _calls(tree: Any) -> Iterator[tuple[str, int]]:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            call = node.get("Call")
            if isinstance(call, dict) and "fcn" in call:
                path = _path(call["fcn"])
                if path:
                    yield ".".join(path), int(call["span"]["line"])
            stack += node.values()
