""".NET: ``*.deps.json`` beside published programs, and NuGet's ``packages.lock.json`` and ``packages.config``.

deps.json (dotnet/sdk's "runtime-configuration-file.md") lists what was deployed: libraries of type "package", and for
self-contained programs the runtime as "runtimepack". A shared framework (``shared/Microsoft.NETCore.App/8.0.1``) is
reported by the name that advisories give it, ``Microsoft.NETCore.App.Runtime.linux-x64``, unless its own file names
the package already (.NET Core 1 and 2 do). Lock files are ``declared``.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed

from ._declared import Declared, came_with_a_dependency
from ._json import load_object, mapping, text

_DEPS_ID = "dotnet-deps"
_LOCK_ID = "nuget-lock"
_CONFIG_ID = "nuget-config"
_PACK = "runtimepack."


def extract_deps(file: FileView) -> Iterator[Extracted]:
    """What was deployed with one program, or is part of one shared framework."""
    document = load_object(file.data)
    target = text(mapping(document.get("runtimeTarget")).get("name"))
    needs = mapping(mapping(document.get("targets")).get(target))
    found = Declared("nuget", file.path, _DEPS_ID, declared=False)
    names: set[str] = set()
    for key, value in mapping(document.get("libraries")).items():
        kind = text(mapping(value).get("type")).lower()
        name, _, version = key.rpartition("/")
        if kind not in {"package", "runtimepack"}:
            continue  # a project is one's own source, a reference lies beside the program without a package
        name = name.removeprefix(_PACK)
        names.add(name.lower())
        found.add(name, version, depends=mapping(mapping(needs.get(key)).get("dependencies")))
    if (framework := _framework(file.path)) is not None:
        name, version = framework
        platform = target.partition("/")[2]
        runtime = f"{name}.Runtime.{platform}" if platform else name
        if not {name.lower(), runtime.lower()} & names:
            found.add(runtime, version)
    yield from found.results()


def _framework(path: str) -> tuple[str, str] | None:
    """Name and version of the shared framework whose own file lies at ``path``."""
    parts = path.split("/")
    if len(parts) >= 4 and parts[-4] == "shared" and parts[-1] == f"{parts[-3]}.deps.json":
        return parts[-3], parts[-2]
    return None


def extract_lock(file: FileView) -> Iterator[Extracted]:
    """Every package of packages.lock.json, version 1 and 2, of all frameworks it is resolved for."""
    if came_with_a_dependency(file.path):
        return
    lock = load_object(file.data)
    if not isinstance(lock.get("dependencies"), dict):
        raise Malformed("no dependencies")
    found = Declared("nuget", file.path, _LOCK_ID)
    for packages in mapping(lock["dependencies"]).values():
        for name, value in mapping(packages).items():
            entry = mapping(value)
            if text(entry.get("type")) != "Project":
                found.add(name, text(entry.get("resolved")), depends=mapping(entry.get("dependencies")))
    yield from found.results()


def extract_config(file: FileView) -> Iterator[Extracted]:
    """Every ``<package id= version=>`` of packages.config (NuGet's manual)."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(file.data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Malformed(f"not XML: {str(error)[:120]}") from None
    if root.tag != "packages":
        return  # the name is not NuGet's alone
    found = Declared("nuget", file.path, _CONFIG_ID)
    for element in root.iterfind("package"):
        is_dev = element.get("developmentDependency", "").lower() == "true"
        found.add(element.get("id", ""), element.get("version", ""), is_dev=is_dev)
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_DEPS_ID, 1, Wants(suffixes=(".deps.json",)), extract_deps, max_bytes=64 * 1024 * 1024),
    Analyzer(_LOCK_ID, 1, Wants(names=frozenset({"packages.lock.json"})), extract_lock, max_bytes=64 * 1024 * 1024),
    Analyzer(_CONFIG_ID, 1, Wants(names=frozenset({"packages.config"})), extract_config, max_bytes=16 * limits.MIB),
)
