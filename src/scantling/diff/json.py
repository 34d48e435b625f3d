"""The differences as JSON: the classes of this package as they stand, findings as the JSON report writes them."""

from __future__ import annotations

from scantling.report.json import encode

from .changes import Changes, FindingChange

SCHEMA_VERSION = 1


def render(found: Changes) -> bytes:
    """``found`` as UTF-8 JSON, two spaces of indentation, a newline at the end."""
    return encode(
        {
            "schema_version": SCHEMA_VERSION,
            "old": found.old,
            "new": found.new_side,
            "findings": {
                "new": [_one(change) for change in found.new],
                "fixed": [_one(change) for change in found.fixed],
                "severity_changed": [_one(change) for change in found.severity],
                "accepted": [_one(change) for change in found.accepted],
                "unchanged": found.same,
            },
            "packages": found.packages,
            "settings": found.settings,
            "shared_layers": found.shared_layers,
            "notes": found.notes,
        }
    )


def _one(change: FindingChange) -> dict[str, object]:
    return {"why": change.why, "finding": change.finding}
