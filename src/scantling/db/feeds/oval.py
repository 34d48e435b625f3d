"""OVAL 5 definitions of rpm distributions: which package below which version has which CVE.

A definition's criteria point to tests, a test to an object (the package's name) and a state (the version it must be
below, the architectures). The comments say the same for people, but not in every file and not always with the whole
version, so they are used only for the module stream. One pass, elements dropped as they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from scantling.db import cvss
from scantling.db.records import Record, Rejected, Stamp, Statement
from scantling.db.severity import from_word
from scantling.guard import limits
from scantling.model.advisory import Advisory, Cvss, Range, Vulnerability
from scantling.model.errors import Malformed

from .feed import clip, line

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,9}")
_MODULE = re.compile(r"Module ([A-Za-z0-9_.+-]{1,80}:[A-Za-z0-9_.+-]{1,80}) is enabled")
_INSTALLED = re.compile(r"((?:Oracle Linux|SUSE|openSUSE) .{1,200}) is installed")
_TITLE_ID = re.compile(r"[A-Z]{2,6}-[0-9]{4}[:-][0-9]{1,6}")
_ARCHES = re.compile(r"[a-z0-9_]{2,12}(?:\|[a-z0-9_]{2,12}){0,30}")


@dataclass(slots=True)
class Definition:
    """``tests`` are (test id, module stream, platforms) triples; ``platforms`` are the products that a criterion asks
    for ("Oracle Linux 8"), () where none does. ``scored`` maps a CVE to its CVSS text ("9.3/CVSS:3.1/AV...") and
    weakness, ``words`` to the vendor's severity."""

    id: str
    title: str = ""
    description: str = ""
    severity: str = ""
    issued: str = ""
    issuer: str = ""
    platforms: tuple[str, ...] = ()
    cves: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    scored: dict[str, tuple[str, str]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    tests: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    @property
    def erratum(self) -> str:
        """The vendor's advisory id in the title; "" when it has none."""
        found = _TITLE_ID.match(self.title)
        return found[0] if found and not self.title.startswith("CVE-") else ""


@dataclass(slots=True)
class _Tests:
    tests: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # an object's package name, or "=" and its variable
    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    states: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # (operation, evr, arch pattern)


@dataclass(frozen=True, slots=True)
class Document:
    """What an OVAL file says: when it was made, and for each definition the (package, module, range, arches)."""

    timestamp: str
    definitions: list[Definition]
    _tests: _Tests

    def packages(self, definition: Definition) -> tuple[tuple[str, str, Range, tuple[str, ...]], ...]:
        """The packages that ``definition`` says are affected, each once, sorted."""
        return tuple(sorted({found[:4] for found in self.on_platforms(definition)}, key=repr))

    def on_platforms(
        self, definition: Definition
    ) -> tuple[tuple[str, str, Range, tuple[str, ...], tuple[str, ...]], ...]:
        """The same with the platforms that each statement is for."""
        found: set[tuple[str, str, Range, tuple[str, ...], tuple[str, ...]]] = set()
        for test, module, platforms in definition.tests:
            obj, state = self._tests.tests.get(test, ("", ""))
            operation, evr, arch = self._tests.states.get(state, ("", "", ""))
            if not evr or operation not in ("less than", "less than or equal"):
                continue
            bounds = Range(fixed=evr) if operation == "less than" else Range(last_affected=evr)
            arch = arch.removeprefix("(").removesuffix(")")
            arches = tuple(sorted(arch.split("|"))) if _ARCHES.fullmatch(arch) else ()
            name = self._tests.names.get(obj, "")
            names = self._tests.variables.get(name[1:], ()) if name.startswith("=") else (name,)
            found.update((each, module, bounds, arches, platforms) for each in names if each)
        return tuple(sorted(found, key=repr))


def read(blob: BinaryIO) -> Document:
    """Raises ``Malformed`` for anything that is not a whole OVAL document, and for one with a DTD or entities."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    definitions: list[Definition] = []
    tests = _Tests()
    timestamp = ""
    root: Any = None
    try:
        for event, element in iterparse(blob, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                root = element if root is None else root
                continue
            tag = _local(element.tag)
            if tag == "timestamp":
                timestamp = timestamp or line(element.text, 40)
            elif tag == "definition":
                definitions.append(_definition(element))
                element.clear()
            elif tag.endswith(("_test", "_object", "_state")):
                _record_test(tag, element, tests)
                element.clear()
            elif tag == "constant_variable":
                values = (
                    line(child.text, limits.PACKAGE_NAME_CHARS) for child in element if _local(child.tag) == "value"
                )
                tests.variables[element.get("id") or ""] = tuple(value for value in values if value)
                element.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed(f"not an OVAL document: {line(str(error), 200)}") from error
    if root is None or _local(root.tag) != "oval_definitions":
        raise Malformed("not an OVAL document")
    return Document(timestamp, definitions, tests)


def statements(document: Document, definition: Definition, ecosystem: str, feed: str) -> Iterator[Record]:
    """The definition's statements, by CVE (by erratum where it names no CVE), and what it says of each CVE."""
    packages = document.packages(definition)
    identities = definition.cves or ((definition.erratum,) if definition.erratum else ())
    if not identities:
        yield Rejected(clip(definition.id, 200), "names no CVE and no advisory")
        return
    severity = from_word(definition.severity)
    for name, module, bounds, arches in packages:
        status = "fixed" if bounds.fixed else "affected"
        for identity in identities:
            yield Statement(
                ecosystem,
                name,
                Advisory(
                    identity, feed, "rpm", (bounds,), status=status, severity=severity, module=module, arches=arches,
                    note=definition.erratum,
                ),
            )  # fmt: skip
    if packages:
        yield from vulnerabilities(definition, identities, feed)


def vulnerabilities(definition: Definition, identities: tuple[str, ...], feed: str) -> Iterator[Vulnerability]:
    """What ``definition`` says of each problem itself."""
    alone = len(identities) == 1
    for identity in identities:
        text, weakness = definition.scored.get(identity, ("", ""))
        score, _, vector = text.partition("/")
        found = _cvss(feed, score, vector)
        yield Vulnerability(
            id=identity,
            # the definition's title is a label of the erratum ("RHSA-2022:5749: .NET 6.0 bugfix"), not of the problem
            description=clip(definition.description.strip(), limits.DESCRIPTION_CHARS) if alone else "",
            cvss=(found,) if found else (),
            cwes=(weakness,) if weakness else (),
            references=definition.links[:2],
        )


def _cvss(source: str, score: str, vector: str) -> Cvss | None:
    version = cvss.version_of(vector)
    try:
        given = float(score)
    except ValueError:
        return None
    return Cvss(source, version, vector, given) if version and 0 <= given <= 10 else None


def stamp(document: Document) -> Iterator[Stamp]:
    if document.timestamp:
        yield Stamp(document.timestamp)


def _definition(element: Any) -> Definition:
    found = Definition(line(element.get("id"), 200))
    cves: set[str] = set()
    links: list[str] = []
    platforms: list[str] = []
    for part in element.iter():
        tag = _local(part.tag)
        if tag == "title":
            found.title = line(part.text, 500)
        elif tag == "description":
            found.description = (part.text or "")[: limits.DESCRIPTION_CHARS * 4]
        elif tag == "severity":
            found.severity = line(part.text, 40)
        elif tag == "issued":
            found.issued = line(part.get("date"), 40)
        elif tag == "platform":
            platforms.append(line(part.text, 200))
        elif tag == "advisory":
            found.issuer = line(part.get("from"), 200)
        elif tag == "cve":
            _score(part, found, cves)
        elif tag == "reference":
            cves.update(_CVE.findall(line(part.get("ref_id"), 200)))
            url = line(part.get("ref_url"), limits.URL_CHARS)
            if url.startswith("https://"):
                links.append(url)
    if not cves:  # Rocky's errata name their CVEs only in the text
        cves.update(_CVE.findall(found.description))
    found.cves, found.links, found.platforms = tuple(sorted(cves)), tuple(links), tuple(platforms)
    found.tests = tuple(_tests_of(element))
    return found


def _score(part: Any, found: Definition, cves: set[str]) -> None:
    identity = line(part.text, 40)
    if _CVE.fullmatch(identity):
        cves.add(identity)
        weakness = line(part.get("cwe"), 40)
        known = weakness if re.fullmatch(r"CWE-[0-9]{1,6}", weakness) else ""
        text = line(part.get("cvss3") or part.get("cvss2"), 300)
        if not text and part.get("cvss_vector"):  # Ubuntu's spelling
            text = f"{line(part.get('cvss_score'), 10)}/{line(part.get('cvss_vector'), 200)}"
        found.scored[identity] = (text, known)
        found.words[identity] = from_word(part.get("priority") or part.get("impact"))


def _tests_of(definition: Any) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every test with the module stream that must be enabled for it and the products it is for: a sibling or a
    forebear's sibling says so. Where a choice of products is a group of its own, the group beside it is meant."""
    waiting: list[tuple[Any, str, tuple[str, ...]]] = [
        (child, "", ()) for child in definition if _local(child.tag) == "criteria"
    ]
    while waiting:
        criteria, module, platforms = waiting.pop()
        groups = [child for child in criteria if _local(child.tag) == "criteria"]
        own = [child for child in criteria if _local(child.tag) == "criterion"]
        products = []
        for criterion in own:
            comment = line(criterion.get("comment"), 300)
            enabled = _MODULE.fullmatch(comment)
            module = enabled[1] if enabled else module
            products += _product(comment)
        for group in groups:
            if not [child for child in group if _local(child.tag) != "criterion"]:
                chosen = [_product(line(child.get("comment"), 300)) for child in group]
                products += [name for names in chosen for name in names] if all(chosen) else []
        platforms = tuple(sorted(set(products))) or platforms
        for criterion in own:
            yield criterion.get("test_ref") or "", module, platforms
        waiting.extend((group, module, platforms) for group in groups)


def _product(comment: str) -> list[str]:
    found = _INSTALLED.fullmatch(comment)
    return [found[1]] if found else []


def _record_test(tag: str, element: Any, tests: _Tests) -> None:
    identity = element.get("id") or ""
    parts = {_local(child.tag): child for child in element}
    if tag.endswith("_test"):
        if "object" in parts and "state" in parts:
            tests.tests[identity] = (
                parts["object"].get("object_ref") or "",
                parts["state"].get("state_ref") or "",
            )
    elif tag.endswith("_object"):
        if "name" in parts and parts["name"].get("var_ref"):
            tests.names[identity] = "=" + parts["name"].get("var_ref")
        elif "name" in parts:
            tests.names[identity] = line(parts["name"].text, limits.PACKAGE_NAME_CHARS)
    elif "evr" in parts:
        arch = line(parts["arch"].text, 400) if "arch" in parts else ""
        evr = parts["evr"]
        tests.states[identity] = (evr.get("operation") or "", line(evr.text, limits.VERSION_CHARS), arch)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
