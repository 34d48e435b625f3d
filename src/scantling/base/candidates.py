"""What an image could be built on instead: the tag's newest image, the next versions, smaller variants of the same
version, and what other makers call the same. From the index of known bases and the tags of the base's repository."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scantling.model.errors import UsageError
from scantling.model.report import Report, ReportBase
from scantling.source.reference import DEFAULT_REGISTRY, parse_reference

from .index import Known
from .tags import steps

CLAIMED = frozenset({"annotation", "provenance"})  # sources by which the image alone names its base
REBUILD, OTHER = "rebuild", "other"


@dataclass(frozen=True, slots=True)
class Candidate:
    """``kind`` is "rebuild" (the same tag as it is now), "patch", "minor", "major", "variant", "other" (another's)
    or "named" (by the user). ``target`` is what to scan, ``reference`` how people call it."""

    kind: str
    reference: str
    target: str


def may_be_asked(base: ReportBase, report: Report) -> bool:
    """Whether the base's registry may be asked without somebody naming it: a name that only the image gives could lead
    anywhere, so that it has to be docker's registry or the image's own."""
    if not base.name or base.source == "history":
        return False
    if base.source not in CLAIMED:
        return True
    try:
        registry = parse_reference(base.name).registry
        own = parse_reference(report.target.reference).registry if report.target.kind == "registry" else ""
    except UsageError:
        return False
    return registry in {DEFAULT_REGISTRY, own}


def home(base: ReportBase, known: Sequence[Known]) -> str:
    """The repository to ask for other tags of ``base``: where the index read it, else its own name."""
    for row in known:
        if row.name == base.name and row.target.startswith("registry:"):
            path, _, _ = row.target.removeprefix("registry:").partition("@")
            return path.rpartition(":")[0] if ":" in path.rsplit("/", 1)[-1] else path
    return base.name


def candidates(
    base: ReportBase, known: Sequence[Known], tags: Iterable[str], platform: str, most: int
) -> tuple[Candidate, ...]:
    """At most ``most``, nearest first. ``known`` are all rows of the index, ``tags`` those that the registry lists,
    none where it was not asked: then only what the index holds is offered."""
    listed = set(tags)
    rows = {row.reference: row for row in sorted(known, key=lambda row: row.indexed) if row.platform == platform}
    place = home(base, known)

    def candidate(kind: str, tag: str) -> Candidate:
        reference = f"{base.name}:{tag}"
        row = rows.get(reference)
        target = f"registry:{place}:{tag}" if row is None or tag in listed else row.target
        return Candidate(kind, reference, target)

    own = listed | {row.tag for row in rows.values() if row.name == base.name}
    found = [candidate(REBUILD, base.tag)] if base.tag in own and base.behind is not False else []
    found += [candidate(step.kind, step.tag) for step in steps(base.tag, own)]
    last = base.name.rsplit("/", 1)[-1]
    others = [row for row in rows.values() if row.name != base.name and row.name.rsplit("/", 1)[-1] == last]
    same = [row for row in others if row.tag == base.tag]
    found += [Candidate(OTHER, row.reference, row.target) for row in same or others]
    return tuple(dict.fromkeys(found))[:most]
