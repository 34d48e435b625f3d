"""Maven's ``pom.xml``: what a project declares (Maven, "POM Reference"), where no lock file can say what was resolved.

Only the file itself is read: a parent's properties and managed versions are somewhere else. A dependency whose version
stands nowhere in the file, or names a property that does not, is a ``Gap`` that does not block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed

from ._declared import Declared

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ID = "pom"
_PROPERTY = re.compile(r"\$\{([^{}$]{1,200})\}")
_ROUNDS = 8  # properties that name properties; Maven's own inheritance seldom goes deeper than three
_NAMESPACE = "{http://maven.apache.org/POM/4.0.0}"
_NOT_SHIPPED = frozenset({"test", "provided", "system"})
_RANGE = re.compile(r"[\[\](),]")


def extract(file: FileView) -> Iterator[Extracted]:
    """The dependencies that the project names with a version. Raises ``Malformed`` for broken and for hostile XML."""
    root = _root(file.data)
    if _tag(root) != "project":
        return
    known = _properties(root)
    managed = {
        _key(item, known): _text(item, "version", known)
        for item in _dependencies(_child(_child(root, "dependencyManagement"), "dependencies"))
    }
    declared = Declared("maven", file.path, _ID)
    unknown = []
    for item in _dependencies(_child(root, "dependencies")):
        group, artifact = _key(item, known)
        version = _text(item, "version", known) or managed.get((group, artifact), "")
        if not version or "${" in group + artifact + version or _RANGE.search(version):
            unknown.append(f"{group}:{artifact}")
            continue
        is_dev = _text(item, "scope", known) in _NOT_SHIPPED or _text(item, "optional", known) == "true"
        declared.add(f"{group}:{artifact}", version, is_dev=is_dev)
    yield from declared.results()
    if unknown:
        shown = ", ".join(sorted(set(unknown))[:5]) + (", ..." if len(set(unknown)) > 5 else "")
        reason = f"{len(set(unknown))} dependencies ({shown}) without a version here: a parent or Maven decides it"
        yield Gap("partial-manifest", file.path, reason, blocks=False)


def _root(data: bytes) -> Element:
    import defusedxml.ElementTree
    from defusedxml import DefusedXmlException

    if len(data) > limits.POM_BYTES:
        raise Malformed(f"a pom.xml of {len(data)} bytes, more than {limits.POM_BYTES}")
    try:
        # no document type at all: no entities, no external files, nothing that expands
        root: Element = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except (SyntaxError, ValueError, DefusedXmlException, RecursionError, LookupError) as error:
        raise Malformed(f"not XML of a project: {type(error).__name__}") from None
    return root


def _tag(element: Element) -> str:
    return element.tag.removeprefix(_NAMESPACE)


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((child for child in element if _tag(child) == name), None)


def _dependencies(parent: Element | None) -> list[Element]:
    return [] if parent is None else [child for child in parent if _tag(child) == "dependency"]


def _text(element: Element | None, name: str, known: dict[str, str]) -> str:
    found = _child(element, name)
    return "" if found is None else _resolved((found.text or "").strip()[: limits.FIELD_CHARS], known)


def _key(item: Element, known: dict[str, str]) -> tuple[str, str]:
    return _text(item, "groupId", known), _text(item, "artifactId", known)


def _properties(root: Element) -> dict[str, str]:
    """The file's own properties and those that Maven makes of its coordinates and its parent's."""
    known: dict[str, str] = {}
    parent = _child(root, "parent")
    for name in ("groupId", "artifactId", "version"):
        own, inherited = _text(root, name, {}), _text(parent, name, {})
        for prefix, value in (
            ("project.", own or inherited),
            ("pom.", own or inherited),
            ("project.parent.", inherited),
        ):
            if value:
                known[prefix + name] = value
    for item in _child(root, "properties") or ():
        known.setdefault(_tag(item), (item.text or "").strip()[: limits.FIELD_CHARS])
    return known


def _resolved(text: str, known: dict[str, str]) -> str:
    for _ in range(_ROUNDS):
        replaced = _PROPERTY.sub(lambda match: known.get(match[1], match[0]), text)
        if replaced == text or len(replaced) > limits.FIELD_CHARS:
            break
        text = replaced
    return text


ANALYZERS: tuple[Analyzer, ...] = (Analyzer(_ID, 1, Wants(names=frozenset({"pom.xml"})), extract),)
