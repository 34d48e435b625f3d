"""Components into ``LayerFacts``, so that a document is merged and matched as the image would be that it describes."""

from __future__ import annotations

import re
from collections import Counter

from scantling.analyze.language._identity import problem
from scantling.analyze.os.rpm.package import source_of
from scantling.guard import limits
from scantling.model.facts import FileFacts, LayerFacts, LayerTree, OsRelease, PackageFact
from scantling.model.package import OS_TYPES
from scantling.model.purl import NAMESPACE_IS_ORIGIN, ParsedPurl, parse, spelled

from .document import Component, Document

ANALYZER = "sbom"
# qualifiers without which a package would be another one
_QUALIFIERS = {"julia": ("uuid",), "conan": ("channel", "user")}
_IMAGES = frozenset({"oci", "docker"})  # what the document is about, no package in it
# other scanners' names of distributions -> os-release's ID
_DISTRIBUTIONS = {
    "redhat": "rhel", "red hat": "rhel", "red hat enterprise linux": "rhel", "alma": "almalinux", "oracle": "ol",
    "amazon": "amzn", "amazonlinux": "amzn", "cbl-mariner": "mariner", "azure": "azurelinux", "suse": "sles",
    "opensuse.leap": "opensuse-leap", "opensuse.tumbleweed": "opensuse-tumbleweed", "rockylinux": "rocky",
    "suse linux enterprise server": "sles", "alpine linux": "alpine", "debian gnu/linux": "debian",
}  # fmt: skip
# a binary-only rebuild of an unchanged source (Debian Developer's Reference, 5.10.2.1)
_REBUILD = re.compile(r"\+b[0-9]{1,3}$")
# Debian's own Python packages live here; pip installs beside it, in /usr/local (Debian Python Policy, 3.1)
_DEBIAN_PYTHON = "usr/lib/python3/dist-packages/"


def layer_facts(document: Document, where: str) -> list[LayerFacts]:
    """One ``LayerFacts`` for each layer that the components name, the last with the operating system and the gaps."""
    os = _normal(document.os) if document.os is not None and document.os.id else _from_purls(document)
    by_layer: dict[str, list[tuple[PackageFact, tuple[str, ...]]]] = {layer: [] for layer in document.layers}
    for component in document.components:
        if (fact := _fact(component, document, where)) is not None:
            by_layer.setdefault(component.layer, []).append((fact, _owned(component, fact)))
    by_layer.setdefault("", [])
    found = []
    order = [layer for layer in by_layer if layer] + [""]
    for index, layer in enumerate(order):
        name = f"{where}\n{index}"  # no path of a component, and another one for every layer: none hides another
        facts = by_layer[layer]
        packages = tuple(sorted((fact for fact, _ in facts), key=lambda f: (f.type, f.name, f.version, f.path)))
        owns = tuple(sorted({path for _, owned in facts for path in owned}))
        files = [FileFacts(name, ANALYZER, packages, None, owns)]
        names = [name]
        if layer == "" and os is not None:
            files.append(FileFacts("etc/os-release", ANALYZER, os=os))
            names.append("etc/os-release")
        gaps = tuple(sorted(document.complaints.gaps())) if layer == "" else ()
        tree = LayerTree("\0".join(sorted(names)).encode())
        found.append(LayerFacts(layer, 0, len(names), tree, tuple(files), gaps))
    return found


def _fact(component: Component, document: Document, where: str) -> PackageFact | None:
    named = f"{component.name} {component.version}".strip()[:120] or "a component without a name"
    if not component.purl:
        document.complaints.add(f"{named} has no package URL: it was not matched", what="unidentified-package")
        return None
    try:
        purl = parse(component.purl)
    except ValueError as error:
        document.complaints.add(f"{named}: {error}")
        return None
    if purl.type in _IMAGES:
        return None
    name, version = spelled(purl)
    if component.name.lower() == name.lower():
        name = component.name  # some types' purls are lower case by definition; Go's paths are not
    version = version or component.version
    if purl.type == "golang" and name == "stdlib":
        version = version.removeprefix("go")
    if not version:
        document.complaints.add(f"{named} has no version: it was not matched", what="unversioned")
        return None
    if wrong := problem(name, version):
        document.complaints.add(wrong)
        return None
    source_name, source_version = _source(component, purl, name, version)
    return PackageFact(
        type=purl.type,
        name=name,
        version=version,
        arch=purl.qualifier("arch")[:64],
        source_name=source_name,
        source_version=source_version,
        licenses=component.licenses,
        module=(component.module or purl.qualifier("rpmmod"))[: limits.FIELD_CHARS],
        origin=purl.namespace if purl.type in NAMESPACE_IS_ORIGIN else component.supplier,
        path=component.path[: limits.PATH_BYTES] or where,
        depends=component.depends,
        qualifiers=tuple(pair for pair in purl.qualifiers if pair[0] in _QUALIFIERS.get(purl.type, ())),
    )


def _source(component: Component, purl: ParsedPurl, name: str, version: str) -> tuple[str, str]:
    """The source package, as the analyzers of dpkg, apk and rpm give it for the same package."""
    if purl.type not in OS_TYPES:
        return "", ""
    if component.source_name and not component.source_name.endswith(".rpm"):
        return component.source_name, component.source_version or version
    upstream = component.source_name or purl.qualifier("upstream")
    if purl.type == "rpm":
        return source_of(upstream)
    source, _, built = upstream.partition("@")
    if purl.type == "deb" and not built:
        built = _REBUILD.sub("", version)
    return source or name, built or version


def _owned(component: Component, fact: PackageFact) -> tuple[str, ...]:
    if fact.type == "pypi" and fact.path.startswith(_DEBIAN_PYTHON):
        return (*component.owns, fact.path)
    return component.owns


def _from_purls(document: Document) -> OsRelease | None:
    """The distribution that most OS packages name in their purl's ``distro`` qualifier ("debian-12")."""
    named: Counter[tuple[str, str]] = Counter()
    for component in document.components:
        try:
            purl = parse(component.purl)
        except ValueError:
            continue
        if purl.type in OS_TYPES:
            named[purl.namespace, purl.qualifier("distro")] += 1
    if not named:
        return None
    namespace, distro = min(named, key=lambda pair: (-named[pair], pair))
    if len({pair for pair in named if pair[1]}) > 1:
        others = ", ".join(sorted({f"{a} {b}".strip() for a, b in named})[:5])
        reason = f"packages of several distributions ({others}); all were taken for {distro or namespace}'s"
        document.complaints.add(reason, what="unknown-os")
    id_, _, release = distro.rpartition("-")
    if release[:1].isdigit():
        return _normal(OsRelease(id_ or namespace, release))
    codename = distro.removeprefix(f"{namespace}-") if distro != namespace else ""
    return _normal(OsRelease(namespace, "", codename)) if namespace else None


def _normal(os: OsRelease) -> OsRelease:
    id_ = os.id.strip().lower()
    return OsRelease(
        _DISTRIBUTIONS.get(id_, id_),
        os.version_id.strip(),
        os.codename,
        os.pretty_name[: limits.FIELD_CHARS],
        os.variant_id,
        os.like,
    )
