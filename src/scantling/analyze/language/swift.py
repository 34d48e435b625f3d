"""Swift and Objective-C: Package.resolved (SwiftPM, version 1 to 3) and CocoaPods' Podfile.lock, both ``declared``.

Sources: SwiftPM's ``ResolvedPackagesStore`` and Swift Package Registry documentation, CocoaPods' ``Lockfile``. A Swift
package is named by its repository's address without the scheme and ".git", lower case, as OSV and the purl
specification name it: "github.com/apple/swift-nio". A pin to a branch or a commit has no version: a ``Gap`` that does
not block names it. Subspecs ("Firebase/Core") are parts of one pod, which is reported once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed

from ._declared import Declared
from ._json import load_object, mapping, text
from ._yaml import load_mapping

_SWIFT_ID, _POD_ID = "swift-resolved", "podfile-lock"
_SCP = re.compile(r"(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):(?!//)/?(.+)")
_POD = re.compile(r"([^\s()]+(?: [^\s()]+)*) \(([^()]+)\)")
_SHOWN = 5
_CHECKOUTS = ("/.build/checkouts/", "/SourcePackages/checkouts/", "/Pods/")  # what was fetched, with its own locks


def extract_swift(file: FileView) -> Iterator[Extracted]:
    """Every package of a Package.resolved that is pinned to a version."""
    if any(place in f"/{file.path}" for place in _CHECKOUTS):
        return
    document = load_object(file.data)
    version = document.get("version")
    if version == 1:
        pins = mapping(document.get("object")).get("pins")
    elif version in (2, 3):
        pins = document.get("pins")
    else:
        raise Malformed(f"version {str(version)[:20]} is not known")
    if not isinstance(pins, list):
        raise Malformed("no pins")
    found = Declared("swift", file.path, _SWIFT_ID)
    loose: list[str] = []
    for pin in map(mapping, pins):
        state = mapping(pin.get("state"))
        name = repository(text(pin.get("location")) or text(pin.get("repositoryURL"))) or text(pin.get("identity"))
        if not text(state.get("version")) and (state.get("revision") or state.get("branch")):
            loose.append(name)
            continue
        found.add(name, text(state.get("version")))
    if loose:
        named = ", ".join(name[:60] for name in loose[:_SHOWN]) + (" ..." if len(loose) > _SHOWN else "")
        reason = f"{len(loose)} packages pinned to a commit, without a version: {named}"
        yield Gap("partial-manifest", file.path, reason, blocks=False)
    yield from found.results()


def repository(address: str) -> str:
    """Host and path of a git address in any of its spellings; "" without one."""
    scheme, separator, rest = address.partition("://")
    if separator:
        host, slash, path = rest.partition("/")
        host = host.rpartition("@")[2].partition(":")[0]
        address = f"{host}{slash}{path}" if scheme != "file" else ""
    elif scp := _SCP.fullmatch(address):
        address = f"{scp[1]}/{scp[2]}"
    return address.strip("/").removesuffix(".git").lower()


def extract_pods(file: FileView) -> Iterator[Extracted]:
    """Every pod of a Podfile.lock."""
    if any(place in f"/{file.path}" for place in _CHECKOUTS):
        return
    lock = load_mapping(file.data)
    pods = lock.get("PODS")
    if not isinstance(pods, list):
        if "PODFILE CHECKSUM" not in lock and "COCOAPODS" not in lock:
            raise Malformed("no PODS")
        pods = []  # a Podfile without a single pod
    found = Declared("cocoapods", file.path, _POD_ID)
    for pod in pods:
        entries = pod.items() if isinstance(pod, dict) else [(text(pod), None)]
        for written, needs in entries:
            match = _POD.fullmatch(written)
            if match is None:
                raise Malformed(f"not a pod with its version: {written[:60]!r}")
            wanted = (_root(text(each).partition(" ")[0]) for each in needs) if isinstance(needs, list) else ()
            name = _root(match[1])
            found.add(name, match[2], depends=(each for each in wanted if each != name))
    yield from found.results()


def _root(pod: str) -> str:
    return pod.partition("/")[0]


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_SWIFT_ID, 1, Wants(names=frozenset({"Package.resolved"})), extract_swift, max_bytes=16 * limits.MIB),
    Analyzer(_POD_ID, 1, Wants(names=frozenset({"Podfile.lock"})), extract_pods, max_bytes=limits.YAML_BYTES),
)
