"""Installed Python packages: core metadata beside the code (PEP 376, PEP 566, PEP 639; setuptools' egg formats).

Reads ``*.dist-info/METADATA``, ``*.egg-info/PKG-INFO``, single ``*.egg-info`` files (distutils),
``*.egg/EGG-INFO/PKG-INFO`` and the same inside a zipped ``*.egg``; and the METADATA of a wheel that lies there to be
installed (``ensurepip/_bundled/pip-24.0-py3-none-any.whl``), which is ``declared``. Only the header block is scanned,
by one pass of one pattern: the email package takes twelve times as long. Name and version are as the metadata spells
them.

Copies that another package carries in a ``_vendor`` directory (pip, setuptools) are not installed packages: pip does
not list them and nothing can upgrade them alone. They are no packages here either; a ``Gap`` which does not block
names each one. Metadata in the test data of an installed package describes nothing that is installed, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.licence.expression import is_understood, parse
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact

from . import _zip
from ._identity import problem

_ID = "python"
# the newline at its start, rather than "^", lets the pattern skip from line to line
_FIELD = re.compile(
    rb"\n(Name|Version|License|License-Expression|Classifier|Requires-Dist):[ \t]*([^\r\n]*)",
)
_REQUIREMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*)")
_EXTRA = re.compile(r"\bextra\s*==")
_INSTALLED = re.compile(r"(?:site|dist)-packages/")
_OF_TESTS = frozenset({"tests", "test", "testing", "testdata", "fixtures"})
_LICENSE_CHARS = 100  # a longer one is the text of the licence, not its name
_HEADER_BYTES = 4 * 1024 * 1024  # old setuptools put the whole description there; the longest seen is 300 KB


def extract(file: FileView) -> Iterator[Extracted]:
    """The package that one metadata file describes."""
    if _is_test_data(file.path):
        return
    data = file.data
    path = ""
    if file.path.endswith(".egg"):
        archive = _zip.Archive(data, _zip.Budget())
        member = archive.find("EGG-INFO/PKG-INFO")
        if member is None:
            raise Malformed("a zipped egg without EGG-INFO/PKG-INFO")
        data = archive.read(member)
        path = f"{file.path}!/EGG-INFO/PKG-INFO"
    elif file.path.endswith(".whl"):
        data, path = _of_wheel(file)
    fact = _package(data, path)
    if file.path.endswith(".whl"):
        fact = replace(fact, declared=True)
    if "/_vendor/" in f"/{file.path}":
        reason = f"{fact.name} {fact.version} is a copy inside another package: not listed, not matched"
        yield Gap("vendored-package", file.path, reason, blocks=False)
        return
    yield FileFacts(file.path, _ID, (fact,))


def _of_wheel(file: FileView) -> tuple[bytes, str]:
    archive = _zip.Archive(file.data, _zip.Budget())
    found = [
        member
        for member in archive.members
        if member.name.count("/") == 1 and member.name.endswith(".dist-info/METADATA")
    ]
    if len(found) != 1:
        raise Malformed("a wheel without one .dist-info/METADATA")
    return archive.read(found[0]), f"{file.path}!/{found[0].name}"


def _is_test_data(path: str) -> bool:
    inside = _INSTALLED.split(path)[-1] if _INSTALLED.search(path) else ""
    return not _OF_TESTS.isdisjoint(inside.split("/")[:-2])


def _package(data: bytes, path: str) -> PackageFact:
    data = data.removeprefix(b"\xef\xbb\xbf")
    end = data.find(b"\n\n", 0, _HEADER_BYTES)
    end = end if end >= 0 else min(len(data), _HEADER_BYTES)
    crlf = data.find(b"\n\r\n", 0, end)
    header = b"\n" + data[: crlf if crlf >= 0 else end]
    fields: dict[bytes, list[str]] = {}
    for key, value in _FIELD.findall(header):
        fields.setdefault(key, []).append(value.decode("utf-8", "replace").strip())
    name = fields.get(b"Name", [""])[0]
    version = fields.get(b"Version", [""])[0]
    if wrong := problem(name, version):
        raise Malformed(f"Python metadata: {wrong}")
    return PackageFact(
        "pypi",
        name,
        version,
        licenses=_licenses(fields),
        depends=_requires(fields.get(b"Requires-Dist", [])),
        path=path,
    )


def _licenses(fields: dict[bytes, list[str]]) -> tuple[str, ...]:
    """License-Expression alone where there is one (PEP 639), else the License field, else the classifiers: those as
    well where the field holds something else than a licence's name."""
    stated = [
        value
        for key in (b"License-Expression", b"License")
        if (value := fields.get(key, [""])[0]) and value.upper() != "UNKNOWN" and len(value) <= _LICENSE_CHARS
    ]
    if stated and (b"License-Expression" in fields or is_understood(parse(stated[0]))):
        return (stated[0],)
    found = [
        classifier.rsplit("::", 1)[1].strip()
        for classifier in fields.get(b"Classifier", [])
        if classifier.startswith("License ::") and not classifier.endswith("OSI Approved")
    ]
    return tuple(sorted({licence for licence in found if licence})) or tuple(stated[:1])


def _requires(requirements: list[str]) -> tuple[str, ...]:
    """Names of what it needs without any extra being asked for."""
    names = {
        match[0]
        for text in requirements
        if (match := _REQUIREMENT.match(text)) and not _EXTRA.search(text.partition(";")[2])
    }
    return tuple(sorted(names))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(
        _ID,
        3,
        Wants(
            suffixes=(".dist-info/METADATA", ".egg-info/PKG-INFO", ".egg-info", "EGG-INFO/PKG-INFO", ".egg", ".whl"),
        ),
        extract,
    ),
)
