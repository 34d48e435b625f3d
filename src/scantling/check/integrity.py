"""Files that are not as their package installed them, whichever layer changed them.

As ``debsums`` and ``rpm --verify`` have it: configuration is meant to be changed and is not compared. A file that is
gone is not reported (slim images leave much out, and what is not there does nothing), nor is one that became a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scantling.model.coverage import Gap
from scantling.model.evidence_integrity import IntegrityFacts, RecordedSums, Sums
from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place
from scantling.model.package import Package

from .check import Check, Scene

CHANGED_PROGRAM, CHANGED_FILE = "SCN-INT-001", "SCN-INT-002"
TITLES = {
    CHANGED_PROGRAM: "Program or library is not as its package installed it",
    CHANGED_FILE: "File is not as its package installed it",
}
SEVERITIES = {CHANGED_PROGRAM: "HIGH", CHANGED_FILE: "MEDIUM"}
FIX = (
    "Find out which step of the build changed it; install the package again, or a package of your own that has the"
    " change."
)
_MOST = 1_000  # findings; where more files differ, something else is wrong than some files


def _run(scene: Scene) -> Iterator[Finding | Gap]:
    facts = scene.evidence("integrity", IntegrityFacts)
    if not any(facts):
        return
    state = _Comparing(scene, facts, {(one.type, _spelled(one)): one for one in scene.inventory.packages})
    for count, finding in enumerate(state.findings()):
        if count == _MOST:
            yield Gap("limit-reached", "", f"integrity: more than {_MOST} changed files; the rest is not listed")
            break
        yield finding
    if state.unknown:
        paths = sorted(state.unknown)
        reason = f"{len(paths)} files that packages own have no digest to compare, the first of them {paths[0]}"
        yield Gap("not-compared", "", reason, False)


@dataclass(slots=True)
class _Comparing:
    scene: Scene
    facts: tuple[IntegrityFacts | None, ...]
    packages: dict[tuple[str, str], Package]
    unknown: set[str] = field(default_factory=set)
    _found: dict[tuple[int, str], dict[str, bytes]] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        said: set[str] = set()
        for index, layer in enumerate(self.facts):
            for record in layer.records if layer is not None else ():
                if not self.scene.is_live(index, record.path):
                    continue
                for path, expected in self._open_questions(index, record):
                    found = self._found_at(path, record.algorithm)
                    if found is None or found[1] == expected or found[0] in said:
                        continue
                    said.add(found[0])
                    yield self._finding(record, found[0], expected, found[1])

    def _open_questions(self, index: int, record: RecordedSums) -> Iterable[tuple[str, bytes]]:
        """What the record's own layer does not answer: files that it does not have, or that a later layer has too."""
        yield from record.open.by_path().items()
        if again := self.scene.view.named_above(index, record.held.split()):
            sums = record.held.by_path()
            yield from ((path, sums[path]) for path in sorted(again))

    def _found_at(self, path: str, algorithm: str) -> tuple[str, bytes] | None:
        """The place and the digest of the live file at ``path``; None where there is no file to compare."""
        view = self.scene.view
        place = view.resolve(path)
        source = view.hardlink_source(place) if place is not None and place == _straight(path, place) else None
        if place is None or source is None:
            return None
        index, stored = source
        stored = view.name_in(index, stored)
        layer = self.facts[index]
        if layer is None:
            return None  # the layer could not be inspected, which is a gap already
        digest = self._digests(index, algorithm).get(stored)
        if digest is None:
            if b"\0%b\0" % stored.encode() in b"\0%b\0" % self.scene.layers[index].tree.files:
                self.unknown.add(stored)
            return None
        return stored, digest

    def _digests(self, index: int, algorithm: str) -> dict[str, bytes]:
        key = (index, algorithm)
        if key not in self._found:
            layer = self.facts[index]
            assert layer is not None
            found = layer.loose.get(algorithm, Sums()).by_path()
            for record in layer.records:
                if record.algorithm == algorithm:
                    found.update(record.held.by_path())
            self._found[key] = found
        return self._found[key]

    def _finding(self, record: RecordedSums, path: str, expected: bytes, found: bytes) -> Finding:
        index = self.scene.view.provider(path)
        layer = self.scene.layers[index] if index is not None else None
        marked = b"\0%b\0" % path.encode()
        runs = layer is not None and any(marked in b"\0%b\0" % blob for blob in (layer.binaries, layer.scripts))
        rule = CHANGED_PROGRAM if runs else CHANGED_FILE
        package = self.packages.get((record.type, record.owner))
        return Finding(
            fingerprint=fingerprint_of_place(rule, path, self.scene.info.repository, None),
            kind="integrity",
            id=rule,
            title=f"{TITLES[rule]} ({record.owner})",
            severity=SEVERITIES[rule],
            severity_source="scantling",
            package=package.purl if package is not None else None,
            installed_version=package.version if package is not None else "",
            path="/" + path,
            diff_id=layer.diff_id if layer is not None else "",
            remediation=FIX,
            references=("https://cwe.mitre.org/data/definitions/353.html",),
            description=(
                f"{record.path} says that the file's {record.algorithm.upper()} begins with {expected.hex()};"
                f" it begins with {found.hex()}."
            ),
        )


def _straight(path: str, place: str) -> str:
    """``place`` unless the last name of ``path`` is itself a link to somewhere else: then "", which is no place."""
    return place if path.rpartition("/")[2] == place.rpartition("/")[2] else ""


def _spelled(package: Package) -> str:
    return package.name.replace("-", "_") if package.type == "pypi" else package.name


CHECK = Check("integrity", "integrity", _run)
