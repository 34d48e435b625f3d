"""The JSON Schema of a compliance pack. Its checks are rules of policies, with the same parameters."""

from __future__ import annotations

from typing import Any

from scantling.policy.requirements.catalog import REQUIREMENTS
from scantling.policy.schema import branches

CHECKS_AND_PERSON, PERSON = "checks", "person"
WORDS = tuple(sorted(one.id for one in REQUIREMENTS if one.id != "compliance"))  # a pack cannot ask for packs
OWN_WORDS = frozenset({"rule"})
_ID = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._()-]{0,99}$"}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 1000}
_URL = {"type": "string", "pattern": "^https://", "maxLength": 1000}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scantling compliance pack",
        "type": "object",
        "required": ["version", "id", "title", "framework", "controls"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": 1, "description": "version of this format"},
            "id": {**_ID, "description": "name of the pack"},
            "title": _TEXT,
            "framework": {**_TEXT, "description": "version of the framework"},
            "source_url": {**_URL, "description": "where the framework can be read; for controls without their own"},
            "controls": {
                "type": "array",
                "minItems": 1,
                "maxItems": 500,
                "items": {
                    "type": "object",
                    "required": ["id", "title", "asks"],
                    "additionalProperties": False,
                    "properties": {
                        "id": {**_ID, "description": "the framework's own number"},
                        "title": _TEXT,
                        "asks": {**_TEXT, "description": "what the control asks for, in your own words"},
                        "checks": {
                            "type": "array",
                            "maxItems": 50,
                            "items": {
                                "type": "object",
                                "required": ["rule"],
                                "properties": {
                                    "rule": {"enum": list(WORDS), "description": "a rule of policies"},
                                },
                                "allOf": branches(),
                            },
                        },
                        "decided_by": {
                            "enum": [CHECKS_AND_PERSON, PERSON],
                            "description": "person: checks can only show that it fails; a person says that it holds",
                        },
                        "evidence": {
                            "type": "array",
                            "items": _TEXT,
                            "description": "facts to show beside the checks'",
                        },
                        "attest": {**_TEXT, "description": "what a person still has to vouch for"},
                        "source_url": _URL,
                    },
                },
            },
        },
    }


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
