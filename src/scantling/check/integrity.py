"""Files that are not as their package installed them, whichever layer changed them.

As ``debsums`` and ``rpm --verify`` have it: configuration is meant to be changed and is not compared, and where a link
stands in a file's place, what it leads to is. A file that is gone is not reported (slim images leave much out, and what
is not there does nothing). A file that several packages state differently is as one of them says: it was taken over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from scantling.guard.display import printable
from scantling.model.coverage import Gap
from scantling.model.evidence_integrity import DIVERSIONS, SUM_BYTES, IntegrityFacts, RecordedSums, Sums
from scantling.model.finding import Finding
from scantling.model.fingerprint import fingerprint_of_place
from scantling.model.package import OS_TYPES, Package

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
_SUSPECTS = 10_000  # files that differ from one record and may be as another says


def _run(scene: Scene) -> Iterator[Finding | Gap]:
    facts = scene.evidence("integrity", IntegrityFacts)
    if not any(facts):
        return
    packages = {(one.type, _spelled(one)): one for one in scene.inventory.packages}
    state = _Comparing(scene, facts, packages, diverted=_diverted(scene, facts))
    findings = state.findings()
    yield from islice(findings, _MOST)
    if next(findings, None) is not None or state.too_many:
        yield Gap("limit-reached", "", f"integrity: more than {_MOST} changed files; the rest is not listed")
    if state.unknown:
        paths = sorted(state.unknown)
        reason = f"{len(paths)} files that packages own have no digest to compare, the first of them {paths[0]}"
        yield Gap("not-compared", "", reason, False)


@dataclass(frozen=True, slots=True)
class _Suspect:
    """The file at ``path``, whose bytes lie at ``place``, differs from ``record``. ``found`` is its digest; b"" where
    only the link is known that stands there."""

    path: str
    place: str
    record: RecordedSums
    expected: bytes
    found: bytes
    link: str = ""


@dataclass(slots=True)
class _Comparing:
    scene: Scene
    facts: tuple[IntegrityFacts | None, ...]
    packages: dict[tuple[str, str], Package]
    unknown: set[str] = field(default_factory=set)
    too_many: bool = False
    diverted: dict[str, tuple[str, str]] = field(default_factory=dict)  # of dpkg: path -> where it went, for whom
    _found: dict[tuple[int, str], dict[str, bytes]] = field(default_factory=dict)
    _names: dict[tuple[int, bool], frozenset[bytes]] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        suspects: dict[str, _Suspect] = {}
        live: list[RecordedSums] = []
        for index, layer in enumerate(self.facts):
            records = [one for one in layer.records if self.scene.is_live(index, one.path)] if layer is not None else []
            live += records
            for suspect in self._suspects(index, records):
                suspects.setdefault(suspect.place, suspect)
                if len(suspects) > _SUSPECTS:
                    self.too_many = True
                    break
        taken_over = self._as_another_says(suspects, live) if suspects else set()
        for place, suspect in suspects.items():
            if place not in taken_over:
                yield self._finding(suspect)

    def _suspects(self, index: int, records: list[RecordedSums]) -> Iterator[_Suspect]:
        """Of ``records``, which layer ``index`` has: what the layer itself does not answer, because it has other bytes
        or none, or because a container sees another layer's file there."""
        moved = self.scene.view.hidden(index, [path for record in records for path in record.held.split()])
        for record in records:
            sums = record.open.by_path()
            if moved:
                sums.update((path, sum_) for path, sum_ in record.held.by_path().items() if path in moved)
            for path, expected in sums.items():
                if (suspect := self._compared(record, path, expected)) is not None:
                    yield suspect

    def _compared(self, record: RecordedSums, path: str, expected: bytes) -> _Suspect | None:
        view = self.scene.view
        to, by = self.diverted.get(path, (path, record.owner)) if record.type == "deb" else (path, record.owner)
        path = path if by == record.owner else to
        link = view.link_at(path)
        place = view.resolve(path)
        if place is None:
            return None  # gone, or a link that leads nowhere
        if link is None:
            found = self._digest(place, record.algorithm)
            return _Suspect(path, place, record, expected, found) if found and found != expected else None
        # installers of Python's link into their own store on purpose
        if record.type not in OS_TYPES or _digest_of(link, record.algorithm) == expected:
            return None  # apk states the digest of a link's target
        found = self._digest(place, record.algorithm, expected_there=False)
        return _Suspect(path, path, record, expected, found, link) if found != expected else None

    def _digest(self, place: str, algorithm: str, *, expected_there: bool = True) -> bytes:
        """The digest of the live file at ``place``; b"" where there is no file to compare or no digest of it."""
        source = self.scene.view.hardlink_source(place)
        if source is None:
            return b""
        index, stored = source
        if self.facts[index] is None:
            return b""  # the layer could not be inspected, which is a gap already
        stored = self.scene.view.name_in(index, stored)
        found = self._digests(index, algorithm).get(stored, b"")
        if not found and expected_there and stored.encode() in self._files(index):
            self.unknown.add(stored)
        return found

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

    def _as_another_says(self, suspects: dict[str, _Suspect], live: Iterable[RecordedSums]) -> set[str]:
        """The places of those files that are as another record says: a package that replaced the file of another, two
        wheels with a ``tests/__init__.py``, a wheel that was changed before it was made a package of the system."""
        by_path = {suspect.path: suspect for suspect in suspects.values()}
        as_said = set()
        for record in live:
            for sums in (record.held, record.open):
                shared = by_path.keys() & set(sums.split())
                stated = sums.by_path() if shared else {}
                for path in shared:
                    place = by_path[path].place
                    found = self._digest(place, record.algorithm, expected_there=False)
                    if found and found == stated[path]:
                        as_said.add(place)
        return as_said

    def _files(self, index: int, *, executable: bool = False) -> frozenset[bytes]:
        """What layer ``index`` calls its files."""
        key = (index, executable)
        if key not in self._names:
            layer = self.scene.layers[index]
            blobs = (layer.binaries, layer.scripts) if executable else (layer.tree.files,)
            self._names[key] = frozenset(name for blob in blobs for name in blob.split(b"\0"))
        return self._names[key]

    def _finding(self, suspect: _Suspect) -> Finding:
        record, view = suspect.record, self.scene.view
        path = suspect.path if suspect.link else suspect.place
        index = view.provider(path)
        layer = self.scene.layers[index] if index is not None else None
        source = view.hardlink_source(view.resolve(path) or "")
        runs = source is not None and view.name_in(*source).encode() in self._files(source[0], executable=True)
        rule = CHANGED_PROGRAM if runs else CHANGED_FILE
        package = self.packages.get((record.type, record.owner))
        begins = f"begins with {suspect.found.hex()}" if suspect.found else "is not known"
        now = (
            f"a link to {printable(suspect.link)} stands in its place, and what that leads to" if suspect.link else "it"
        )
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
                f"{record.path} says that the file's {record.algorithm.upper()} begins with {suspect.expected.hex()};"
                f" {now} {begins}."
            ),
        )


def _diverted(scene: Scene, facts: Sequence[IntegrityFacts | None]) -> dict[str, tuple[str, str]]:
    """dpkg's diversions as a container has them: a layer may divert what a lower one installed."""
    for index, layer in enumerate(facts):
        if layer is not None and layer.diversions and scene.is_live(index, DIVERSIONS):
            return {path: (to, package) for path, to, package in layer.diversions}
    return {}


def _digest_of(link: str, algorithm: str) -> bytes:
    return hashlib.new(algorithm, link.encode(), usedforsecurity=False).digest()[:SUM_BYTES]


def _spelled(package: Package) -> str:
    return package.name.replace("-", "_") if package.type == "pypi" else package.name


CHECK = Check("integrity", "integrity", _run)
