"""A requirement in words, for ``policy explain`` and for the manual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .requirement import Requirement


def explain(requirement: Requirement) -> str:
    """What it requires and every parameter, as plain text."""
    lines = [f"{requirement.id}: {requirement.summary}"]
    if requirement.scanner:
        lines.append(f"Needs the {requirement.scanner} scanner; without it the rule fails as not judged.")
    for name, schema in requirement.parameters.items():
        must = ", required" if name in requirement.required else ""
        lines.append(f"  {name} ({kind(schema)}{must}): {schema.get('description', '')}")
    lines += ["In a policy:", f"  - rule: {requirement.id}"]
    return "".join(f"{line}\n" for line in lines)


def kind(schema: Mapping[str, Any]) -> str:
    """What values a parameter takes, in a few words."""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"]).lower()
    if "oneOf" in schema:
        return " or ".join(kind(one) for one in schema["oneOf"])
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    if schema.get("type") == "object":
        return "mapping"
    bounds = "".join(
        f", {word} {schema[key]}"
        for key, word in (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"))
        if key in schema
    )
    return str(schema.get("type", "any")) + bounds
