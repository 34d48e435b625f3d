"""The JSON Schema of a policy file, put together from what each requirement says of its parameters."""

from __future__ import annotations

from typing import Any

from scantling.model.weights import LOWERING, TERMS

from .requirements.catalog import REQUIREMENTS

ACTIONS = ("deny", "warn", "off")
OWN_WORDS = frozenset({"id", "rule", "action", "message", "fix", "docs_url"})  # of every rule, whatever it requires
_NAME = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"}
_URL = {"type": "string", "pattern": "^https?://", "maxLength": 1000}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12). Which parameters a rule takes depends on its ``rule``, one branch for each."""
    words = sorted(requirement.id for requirement in REQUIREMENTS)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scantling policy",
        "type": "object",
        "required": ["version", "rules"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": 1, "description": "version of this format"},
            "name": {**_NAME, "description": "name of the policy; default: the file's name"},
            "description": {"type": "string"},
            "docs_url": {**_URL, "description": "your guide; {rule} and {policy} are replaced"},
            "rules": {
                "type": "array",
                "minItems": 1,
                "maxItems": 200,
                "items": {
                    "type": "object",
                    "required": ["rule"],
                    "properties": {
                        "rule": {"enum": words, "description": "what is required"},
                        "id": {**_NAME, "description": "name of the rule in verdicts; default: the word after rule"},
                        "action": {
                            "enum": list(ACTIONS),
                            "description": "deny (default) fails the gate, warn does not",
                        },
                        "message": {"type": "string", "maxLength": 500, "description": "said before what was found"},
                        "fix": {"type": "string", "maxLength": 500, "description": "said instead of the advice"},
                        "docs_url": {**_URL, "description": "your guide for this rule"},
                    },
                    "allOf": branches(),
                },
            },
            "environments": {
                "type": "object",
                "propertyNames": _NAME,
                "additionalProperties": {"type": "object", "additionalProperties": {"enum": list(ACTIONS)}},
                "description": "environment: {rule id or *: action there}",
            },
            "priority": {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": {
                    term: {"type": "integer", "minimum": -100, "maximum": 0}
                    if term in LOWERING
                    else {"type": "integer", "minimum": 0, "maximum": 100}
                    for term in TERMS
                },
                "description": "points of the terms of a priority, instead of the usual ones",
            },
            "exceptions": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "require": {
                        "type": "array",
                        "items": {"enum": ["reason", "owner", "expires"]},
                        "uniqueItems": True,
                        "description": "what an exception must carry; default all three",
                    },
                    "max_days": {"type": "integer", "minimum": 1, "description": "longest time an exception may last"},
                },
            },
        },
    }


def branches() -> list[dict[str, Any]]:
    """For each requirement, what its parameters may be where ``rule`` names it."""
    return [
        {
            "if": {"properties": {"rule": {"const": requirement.id}}, "required": ["rule"]},
            "then": {"properties": {name: dict(one) for name, one in requirement.parameters.items()}},
        }
        for requirement in REQUIREMENTS
        if requirement.parameters
    ]


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
