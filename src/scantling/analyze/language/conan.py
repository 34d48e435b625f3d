"""C and C++ packages of Conan: conan.lock, conaninfo.txt in its cache, conanfile.txt.

Sources: Conan's documentation ("Lockfiles", "conaninfo.txt", "Reference: conanfile.txt") and its ``graph_lock`` of
version 0.0 to 0.5. Versions up to 0.4 are Conan 1's graph of nodes, 0.5 is Conan 2's lists of references. Requirements
for building (``build_requires``, ``python_requires``, nodes of the "build" context) are for development only. Lock and
recipe files are ``declared``; a package in the cache is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed

from ._declared import Declared, reachable
from ._json import load_object, mapping, text

_LOCK_ID, _INFO_ID, _FILE_ID = "conan-lock", "conan-info", "conanfile"
_REFERENCE = re.compile(
    r"([A-Za-z0-9_][A-Za-z0-9_+.-]{0,200})/([A-Za-z0-9_][A-Za-z0-9_+.-]{0,200})"
    r"(?:@([A-Za-z0-9_+.-]{0,100})(?:/([A-Za-z0-9_+.-]{0,100}))?)?(?:[#%:].{0,400})?"
)
_INEXACT = re.compile(r"\.[XYZ](?:\.|\Z)")  # Conan 2 writes "1.2.Z" where any patch would do
_SECTIONS = {"requires": False, "build_requires": True, "tool_requires": True, "test_requires": True}  # for building?
_SHOWN = 5


def extract_lock(file: FileView) -> Iterator[Extracted]:
    """Every package of a conan.lock."""
    lock = load_object(file.data)
    found = Declared("conan", file.path, _LOCK_ID)
    nodes = mapping(lock.get("graph_lock")).get("nodes")
    if isinstance(nodes, dict):
        _nodes(nodes, found)
    elif any(key in lock for key in ("requires", "build_requires", "python_requires")):
        for key, is_dev in (("requires", False), ("build_requires", True), ("python_requires", True)):
            listed = lock.get(key)
            for each in listed if isinstance(listed, list) else []:
                written = text(each[0]) if isinstance(each, list) and each else text(each)
                if not _add(found, written, is_dev):
                    raise Malformed(f"not a reference: {written[:60]!r}")
    else:
        raise Malformed("neither a graph nor requirements")
    yield from found.results()


def _nodes(nodes: dict[str, object], found: Declared) -> None:
    references = {key: _reference(mapping(node)) for key, node in nodes.items()}
    needs = {key: _edges(mapping(node)) for key, node in nodes.items()}
    # without a profile for building Conan 1 calls everything "host": what only build_requires reach is not
    roots = [key for key, reference in references.items() if not reference]
    running = reachable(roots, needs) if roots else nodes.keys()
    for key, value in nodes.items():
        reference = references[key]
        if reference:
            is_dev = text(mapping(value).get("context")) == "build" or key not in running
            depends = [_name(references.get(each, "")) for each in needs[key]]
            if not _add(found, reference, is_dev, depends):
                raise Malformed(f"not a reference: {reference[:60]!r}")


def _edges(node: dict[str, object]) -> list[str]:
    needs = node.get("requires")
    return list(
        map(text, needs if isinstance(needs, list) else mapping(needs).values())
    )  # 0.0 maps references to nodes


def _reference(node: dict[str, object]) -> str:
    """What the node is; "" for the project itself."""
    reference = text(node.get("ref")) or text(node.get("pref"))
    return "" if node.get("path") or reference.startswith("None/") or "/" not in reference else reference


def _name(reference: str) -> str:
    return reference.partition("/")[0]


def _add(found: Declared, written: str, is_dev: bool = False, depends: list[str] | None = None) -> bool:
    match = _REFERENCE.fullmatch(written.strip())
    if match is None:
        return False
    user, channel = (value if value not in {None, "_"} else "" for value in (match[3], match[4]))
    qualifiers = tuple(pair for pair in (("channel", channel or ""), ("user", user or "")) if pair[1])
    found.add(match[1], match[2], is_dev=is_dev, depends=depends or (), qualifiers=qualifiers)
    return True


def extract_info(file: FileView) -> Iterator[Extracted]:
    """A package in Conan 1's cache (``data/NAME/VERSION/USER/CHANNEL/package/ID``), and what it was built with."""
    found = Declared("conan", file.path, _INFO_ID, declared=False)
    sections = _sections(file.data)
    parts = file.path.split("/")
    if len(parts) >= 8 and parts[-3] == "package" and parts[-8] == "data":
        name, version, user, channel = parts[-7:-3]
        _add(found, f"{name}/{version}@{user}/{channel}")
    requires = sections.get("full_requires", sections.get("requires"))
    if requires is None and "settings" not in sections:
        return  # not Conan's
    for line in requires or []:
        match = _REFERENCE.fullmatch(line)
        if match is not None and not _INEXACT.search(match[2]):
            _add(found, line)
    yield from found.results()


def extract_file(file: FileView) -> Iterator[Extracted]:
    """The requirements of a conanfile.txt that name one version."""
    found = Declared("conan", file.path, _FILE_ID)
    loose: list[str] = []
    sections = _sections(file.data)
    for section, is_dev in _SECTIONS.items():
        for line in sections.get(section, []):
            if "[" in line or not _add(found, line, is_dev):
                loose.append(line)
    if loose:
        named = ", ".join(line[:60] for line in loose[:_SHOWN]) + (" ..." if len(loose) > _SHOWN else "")
        reason = f"{len(loose)} requirements without one pinned version: {named}"
        yield Gap("partial-manifest", file.path, reason, blocks=False)
    yield from found.results()


def _sections(data: bytes) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in data.decode("utf-8-sig", "replace").splitlines():
        line = raw.partition("#")[0].strip() if raw.lstrip().startswith("#") else raw.strip()
        if line.startswith("[") and line.endswith("]") and "/" not in line:
            lines = sections.setdefault(line[1:-1].strip(), [])
        elif line:
            lines.append(line)
    return sections


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_LOCK_ID, 1, Wants(names=frozenset({"conan.lock"})), extract_lock, max_bytes=16 * limits.MIB),
    Analyzer(_INFO_ID, 1, Wants(names=frozenset({"conaninfo.txt"})), extract_info, max_bytes=limits.MIB),
    Analyzer(_FILE_ID, 1, Wants(names=frozenset({"conanfile.txt"})), extract_file, max_bytes=limits.MIB),
)
