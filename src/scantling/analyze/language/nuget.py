"""NuGet's own record of packages: ``NAME.nuspec`` of what is unpacked, ``project.assets.json`` of what was restored.

Sources: NuGet's documentation (".nuspec File Reference", "Managing the global packages folder") and dotnet's "runtime
package store". Unpacked are the packages of a global packages folder (``NAME/1.0.0/name.nuspec``), of a solution's
``packages`` directory (``NAME.1.0.0/NAME.nuspec``) and the SDK's fallback folder; a nuspec elsewhere is source.
project.assets.json (version 1 to 3) says what a project was built with: ``declared``.
"""

from __future__ import annotations

from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from ._declared import Declared
from ._identity import problem
from ._json import load_object, mapping, text

_NUSPEC_ID, _ASSETS_ID = "nuspec", "nuget-assets"
_LICENSE_CHARS = 100


def extract_nuspec(file: FileView) -> Iterator[Extracted]:
    """The package that was unpacked around this nuspec."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(file.data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Malformed(f"not XML: {str(error)[:120]}") from None
    fields: dict[str, str] = {}
    for element in root:  # the namespace has changed with every second version of NuGet
        if element.tag.rpartition("}")[2] == "metadata":
            for child in element:
                fields.setdefault(child.tag.rpartition("}")[2], (child.text or "").strip())
    name, version = fields.get("id", ""), fields.get("version", "")
    if "$" in name + version or not _is_unpacked(file.path, name, version):
        return  # "$id$" is filled in when the package is made: source
    if wrong := problem(name, version):
        raise Malformed(f"nuspec: {wrong}")
    # the address that newer packages keep for old clients says that there is a licence and not which
    address = fields.get("licenseUrl", "").partition("https://aka.ms/")[0]
    licence = fields.get("license", "") or address
    fact = PackageFact(
        "nuget", name, version, licenses=(licence,) if licence and len(licence) <= _LICENSE_CHARS else ()
    )
    yield FileFacts(file.path, _NUSPEC_ID, (fact,))


def _is_unpacked(path: str, name: str, version: str) -> bool:
    folders = path.lower().split("/")[:-1]
    name, version = name.lower(), version.lower().partition("+")[0]
    if len(folders) > 1 and folders[-2] == name and folders[-1][:1].isdigit():
        return True
    return bool(folders) and folders[-1] == f"{name}.{version}"


def extract_assets(file: FileView) -> Iterator[Extracted]:
    """Every package that a project was restored with, for all of its frameworks."""
    document = load_object(file.data)
    if document.get("version") not in (1, 2, 3):
        raise Malformed(f"version {str(document.get('version'))[:20]} is not known")
    found = Declared("nuget", file.path, _ASSETS_ID)
    needs: dict[str, list[str]] = {}
    for target in mapping(document.get("targets")).values():
        for key, entry in mapping(target).items():
            needs.setdefault(key, []).extend(mapping(mapping(entry).get("dependencies")))
    for key, entry in mapping(document.get("libraries")).items():
        if text(mapping(entry).get("type")).lower() == "package":
            name, _, version = key.rpartition("/")
            found.add(name, version, depends=needs.get(key, ()))
    yield from found.results()


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_NUSPEC_ID, 2, Wants(suffixes=(".nuspec",)), extract_nuspec, max_bytes=4 * limits.MIB),
    Analyzer(_ASSETS_ID, 1, Wants(names=frozenset({"project.assets.json"})), extract_assets, max_bytes=16 * limits.MIB),
)
