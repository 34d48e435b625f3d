"""The configuration rules on an image: its configuration, and its history read as a recipe."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place

from .check import Check, Scene
from .recipe.history import recipe_of
from .rule import Hit, Rule, hits
from .rules.catalog import recipe_rules


def _run(scene: Scene) -> Iterator[Finding]:
    """One finding for each rule and place; nothing of a root directory, which has neither."""
    if not scene.info.config_digest and not scene.info.config.history:
        return
    recipe = recipe_of(scene.info)
    found: dict[str, Finding] = {}
    for rule in recipe_rules():
        for hit in hits(rule, "history", recipe):
            finding = _finding(scene, rule, hit)
            found.setdefault(finding.fingerprint, finding)
    yield from found.values()


def _finding(scene: Scene, rule: Rule, hit: Hit) -> Finding:
    layers = scene.info.layers
    index = hit.instruction.layer if hit.instruction is not None else None
    return Finding(
        fingerprint=fingerprint_of_place(rule.id, f"config|{hit.place}", scene.info.repository, None),
        kind="misconfig",
        id=rule.id,
        aliases=rule.also,
        title=f"{rule.title}: {scene.quoted(hit.message)}",
        severity=hit.severity or rule.severity,
        severity_source="scantling",
        diff_id=layers[index].diff_id if index is not None and index < len(layers) else "",
        created_by=scene.quoted(hit.instruction.text)[:1000] if hit.instruction is not None else "",
        remediation=rule.fix,
        references=rule.references,
        description=rule.why,
    )


CHECK = Check("image_recipe", "misconfig", _run)
