"""Executables that no package owns: where they lie, how large they are and what they are.

Only in images that have a package manager's records: where nothing is recorded, nothing can be missing from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scantling.model.coverage_statement import Executables
from scantling.model.evidence_integrity import IntegrityFacts, ProgramFact
from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place
from scantling.model.package import OS_TYPES

from .check import Check, Scene

UNOWNED_BINARY, UNOWNED_SCRIPT = "SCN-INT-010", "SCN-INT-011"
TITLES = {
    UNOWNED_BINARY: "Executables that no package owns",
    UNOWNED_SCRIPT: "Scripts in the search path that no package owns",
}
SEVERITIES = {UNOWNED_BINARY: "MEDIUM", UNOWNED_SCRIPT: "LOW"}
FIX = (
    "Install it from a package, or record it in a bill of materials in the image; if nobody knows what it is, find out"
    " how it came in."
)
WHY = (
    "Nothing in the image says which version it is or where it is from, so that no advisory can be matched and nobody"
    " will upgrade it."
)
_SEARCHED = ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin")
_NAMED = 8


@dataclass(frozen=True, slots=True)
class _Place:
    rule: str
    layer: int
    directory: str


def _run(scene: Scene) -> Iterator[Finding]:
    """One finding for each directory of each layer: a tree of plugins is one thing to look into, not a hundred."""
    seen = scene.inventory.seen
    if seen is None or not any(package.type in OS_TYPES for package in scene.inventory.packages):
        return
    programs = [
        {} if facts is None else {program.path: program for program in facts.programs}
        for facts in scene.evidence("integrity", IntegrityFacts)
    ]
    places: dict[_Place, list[ProgramFact]] = {}
    for rule, paths in ((UNOWNED_BINARY, seen.binaries.unowned_paths), (UNOWNED_SCRIPT, _searched(seen.scripts))):
        for path in paths:
            index = scene.view.provider(path)
            if index is not None and (program := programs[index].get(path)) is not None:
                places.setdefault(_Place(rule, index, path.rpartition("/")[0]), []).append(program)
    for place, found in places.items():
        yield _finding(scene, place, found)


def _searched(scripts: Executables) -> list[str]:
    return [path for path in scripts.unowned_paths if path.rpartition("/")[0] in _SEARCHED]


def _finding(scene: Scene, place: _Place, found: list[ProgramFact]) -> Finding:
    named = "; ".join(f"/{one.path} ({one.what}, {one.size} bytes)" for one in found[:_NAMED])
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    count = f"{len(found)} files" if len(found) > 1 else found[0].what
    return Finding(
        fingerprint=fingerprint_of_place(place.rule, place.directory, scene.info.repository, None),
        kind="integrity",
        id=place.rule,
        title=f"{TITLES[place.rule]}: {count}",
        severity=SEVERITIES[place.rule],
        severity_source="scantling",
        path="/" + (found[0].path if len(found) == 1 else place.directory),
        diff_id=scene.layers[place.layer].diff_id,
        remediation=FIX,
        description=f"{WHY} {named}{more}.",
    )


CHECK = Check("unowned", "integrity", _run)
