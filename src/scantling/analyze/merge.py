"""Layers' facts, lowest first, into the inventory of the squashed image. Touches no bytes.

A fact counts when the file that it was read from is still the one a container would see. A package is brought by
the lowest layer from which on the same file has recorded the same package at the same version without a break.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scantling.layers.squash import View, squash
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, LayerFacts, OsRelease, PackageFact
from scantling.model.package import OS_TYPES, Inventory, Location, Package, Source
from scantling.model.purl import NAMESPACE_IS_ORIGIN, purl

from .coverage import seen
from .doubles import without_doubles
from .ecosystem import SOFTWARE, foreign_gaps, judged_by, language_key, os_gaps
from .embedded_sbom import ID as EMBEDDED
from .os.thirdparty import is_third_party_deb
from .os.thirdparty_rpm import is_third_party_rpm
from .relations.relate import Placed, related

_OS_FILES = (
    "etc/os-release", "usr/lib/os-release", "etc/alpine-release", "etc/redhat-release", "etc/centos-release",
    "etc/debian_version",
)  # fmt: skip
_DPKG_INFO = "var/lib/dpkg/info/"
_RPM_RANK = {"rpmdb.sqlite": 0, "Packages.db": 1, "Packages": 2}


def merge(
    layers: Sequence[LayerFacts], pkg_types: frozenset[str] = frozenset({"os", "library"}), view: View | None = None
) -> Inventory:
    """The inventory of an image; ``pkg_types`` may leave out "os" or "library" packages. ``view`` is the squashed tree
    of ``layers`` where the caller has it already."""
    if view is None:
        view = squash([layer.tree for layer in layers])
    live, gaps = _one_rpm_database(_without_spare_sums(list(_live(layers, view)), layers))
    os = _os_release(live, view)
    owned, decided = _owned(live, view, _third_party_debs(live, os))
    history = _history(layers)
    found: dict[str, Package] = {}
    placed: list[Placed] = []
    recorded = {fact.type for _, facts in live if facts.analyzer != EMBEDDED for fact in facts.packages}
    for index, facts in live:
        for fact in facts.packages:
            if not _asked_for(fact, pkg_types):
                continue
            if facts.analyzer == EMBEDDED and fact.type in OS_TYPES and fact.type in recorded:
                continue  # the package database is what the package manager goes by
            brought = _brought_by(fact, facts, index, history)
            package = _package(fact, facts, layers[brought].diff_id, os, decided)
            if package.os_owned and package.type == SOFTWARE:
                continue  # the package that brought the file says the same, and better
            placed.append((facts, fact, package.purl))
            known = found.get(package.purl)
            found[package.purl] = package if known is None else _join(known, package)
    packages = tuple(related(without_doubles(found.values()), placed, [facts for _, facts in live], view))
    gaps |= {
        gap
        for index, layer in enumerate(layers)
        for gap in layer.gaps
        if _still_there(gap, layer, index, view) and not _distribution_decides(gap, owned)
    }
    if "os" in pkg_types:
        gaps.update(os_gaps(os, any(p.type in OS_TYPES for p in packages), any(layer.entries for layer in layers)))
        gaps.update(foreign_gaps(os, packages))
    return Inventory(os, packages, tuple(sorted(gaps)), seen(layers, view, [facts for _, facts in live], owned))


def _live(layers: Sequence[LayerFacts], view: View) -> Iterable[tuple[int, FileFacts]]:
    for index, layer in enumerate(layers):
        for facts in layer.files:
            if view.provides(index, facts.path):
                yield index, facts


def _without_spare_sums(live: list[tuple[int, FileFacts]], layers: Sequence[LayerFacts]) -> list[tuple[int, FileFacts]]:
    """A go.sum beside a go.mod that names every module says nothing more: it also holds what the modules' own tests
    need, which is never built. A go.mod from before Go 1.17 is not whole (``gomod`` says so in a gap)."""
    partial = {gap.where for layer in layers for gap in layer.gaps if gap.what == "partial-manifest"}
    whole = {
        facts.path.removesuffix("go.mod")
        for _, facts in live
        if facts.analyzer == "go-mod" and facts.path not in partial
    }
    return [pair for pair in live if pair[1].analyzer != "go-sum" or pair[1].path.removesuffix("go.sum") not in whole]


def _one_rpm_database(live: list[tuple[int, FileFacts]]) -> tuple[list[tuple[int, FileFacts]], set[Gap]]:
    """An image upgraded from one rpm to the next keeps the old database beside the new one: only the format that the
    newer rpm writes is in use, and the other's packages are of the past."""
    holding = [facts for _, facts in live if facts.path.rsplit("/", 1)[-1] in _RPM_RANK and facts.packages]
    if len(holding) < 2:
        return live, set()
    used = min(holding, key=lambda facts: (_RPM_RANK[facts.path.rsplit("/", 1)[-1]], facts.path))
    stale = {facts.path for facts in holding} - {used.path}
    gaps = {
        Gap("several-databases", path, f"an older rpm database beside {used.path}, which was used", blocks=False)
        for path in stale
    }
    return [(index, facts) for index, facts in live if facts.path not in stale], gaps


def _distribution_decides(gap: Gap, owned: frozenset[str]) -> bool:
    # that no language advisory was looked up is no loss for a file that an OS package brought: none would have been
    return gap.what in {"unidentified-package", "vendored-package"} and gap.where.split("!/", 1)[0] in owned


def _still_there(gap: Gap, layer: LayerFacts, index: int, view: View) -> bool:
    # what could not be read in a file that a later layer removed or replaced does not matter to the container;
    # a gap that names no entry of its layer is about the layer itself and always counts
    path = gap.where.split("!/", 1)[0]
    names_an_entry = b"\0%b\0" % path.encode() in b"\0%b\0" % layer.tree.files
    return not names_an_entry or view.provides(index, path)


def _os_release(live: list[tuple[int, FileFacts]], view: View) -> OsRelease | None:
    by_path = {facts.path: facts.os for _, facts in live if facts.os is not None}
    for path in _OS_FILES:
        for candidate in (path, view.resolve(path)):
            if candidate is not None and (os := by_path.get(candidate)) is not None:
                return os
    return None


def _owned(
    live: list[tuple[int, FileFacts]], view: View, third_party: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The paths that OS packages own, and those among them that the distribution speaks for: not what came with the
    packages called ``third_party``."""
    owned: set[str] = set()
    decided: set[str] = set()
    for _, facts in live:
        paths: set[str] = set()
        for path in facts.owns:
            paths.add(path)
            top = path.split("/", 1)[0]
            if top in {"bin", "sbin", "lib", "lib32", "lib64", "libx32"} and view.provider(f"usr/{path}") is not None:
                paths.add(f"usr/{path}")  # merged /usr: dpkg still records the old name
        owned |= paths
        if not third_party or _list_of(facts.path) not in third_party:
            decided |= paths
    return frozenset(owned), frozenset(decided)


def _list_of(path: str) -> str:
    """The package whose list of files ``path`` is ("var/lib/dpkg/info/nginx:amd64.list"); "" for any other file."""
    name = path.rpartition("/")[2]
    return name.removesuffix(".list").partition(":")[0] if path.startswith(_DPKG_INFO) else ""


def _third_party_debs(live: list[tuple[int, FileFacts]], os: OsRelease | None) -> frozenset[str]:
    return frozenset(
        fact.name for _, facts in live for fact in facts.packages if fact.type == "deb" and is_third_party_deb(fact, os)
    )


def _history(layers: Sequence[LayerFacts]) -> dict[tuple[str, str], list[tuple[int, frozenset[tuple[str, ...]]]]]:
    """For each (path, analyzer): the layers that wrote the file, lowest first, with the packages each recorded."""
    history: dict[tuple[str, str], list[tuple[int, frozenset[tuple[str, ...]]]]] = defaultdict(list)
    for index, layer in enumerate(layers):
        for facts in layer.files:
            history[facts.path, facts.analyzer].append((index, frozenset(map(_identity, facts.packages))))
    return history


def _identity(fact: PackageFact) -> tuple[str, ...]:
    return (fact.type, fact.name, fact.version, fact.arch)


def _brought_by(
    fact: PackageFact,
    facts: FileFacts,
    index: int,
    history: dict[tuple[str, str], list[tuple[int, frozenset[tuple[str, ...]]]]],
) -> int:
    wanted = _identity(fact)
    brought = index
    for layer, recorded in reversed(history[facts.path, facts.analyzer]):
        if layer >= index:
            continue
        if wanted not in recorded:
            break
        brought = layer
    return brought


def _asked_for(fact: PackageFact, pkg_types: frozenset[str]) -> bool:
    return ("os" if fact.type in OS_TYPES else "library") in pkg_types


def _package(fact: PackageFact, facts: FileFacts, diff_id: str, os: OsRelease | None, owned: frozenset[str]) -> Package:
    is_os = fact.type in OS_TYPES
    qualifiers = fact.qualifiers
    namespace = fact.origin if fact.type in NAMESPACE_IS_ORIGIN else ""
    if is_os:
        namespace = os.id if os is not None else ""
        distro = f"{os.id}-{os.version_id or os.codename}" if os is not None else ""
        qualifiers = (("arch", fact.arch), ("distro", distro.rstrip("-")))
        if fact.source_name and fact.source_name != fact.name:
            upstream = fact.source_name
            if fact.source_version and fact.source_version != fact.version:
                upstream += f"@{fact.source_version}"
            qualifiers += (("upstream", upstream),)
    path = fact.path or facts.path
    outer = path.split("!/", 1)[0]
    return Package(
        purl=purl(fact.type, fact.name, fact.version, namespace=namespace, qualifiers=qualifiers),
        name=fact.name,
        version=fact.version,
        type=fact.type,
        ecosystem=judged_by(os, fact.type) if is_os else language_key(fact.type, fact.name),
        arch=fact.arch,
        source=Source(fact.source_name, fact.source_version or fact.version) if fact.source_name else None,
        licenses=tuple(sorted(set(fact.licenses))),
        module=fact.module,
        locations=(Location(path, diff_id),),
        os_owned=not is_os and outer in owned,
        third_party=_is_third_party(fact, os),
        is_dev=fact.is_dev,
        declared=fact.declared,
    )


def _is_third_party(fact: PackageFact, os: OsRelease | None) -> bool:
    if fact.type == "rpm":
        return is_third_party_rpm(fact, os)
    return fact.type == "deb" and is_third_party_deb(fact, os)


def _join(one: Package, other: Package) -> Package:
    """The same purl in two places: one package with both locations; the stronger claim about each doubt wins."""
    return replace(
        one,
        locations=tuple(sorted({*one.locations, *other.locations})),
        licenses=tuple(sorted({*one.licenses, *other.licenses})),
        os_owned=one.os_owned and other.os_owned,
        is_dev=one.is_dev and other.is_dev,
        declared=one.declared and other.declared,
    )
