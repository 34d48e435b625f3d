"""Runtimes that say in a small file beside them which version they are: Java's ``release``, Go's ``VERSION``, Erlang's
``OTP_VERSION``. Other files of these names are passed over.

Java's name is its maker's build (IMPLEMENTOR), since each maker supports its own for another time; the versions are
OpenJDK's in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.facts import FileFacts, PackageFact

_GO = re.compile(rb"go([0-9]{1,3}(?:\.[0-9]{1,3}){1,2}(?:(?:rc|beta)[0-9]{1,3})?)(?:[ \r\n]|\Z)")
_OTP = re.compile(rb"([0-9]{1,3}(?:\.[0-9]{1,4}){0,5}(?:-rc[0-9]{1,3})?)\s*")
_JAVA = re.compile(rb'^(JAVA_VERSION|IMPLEMENTOR)="([^"\r\n]{1,200})"', re.MULTILINE)
_JAVA_VERSION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4}){0,5}(?:_[0-9]{1,4})?(?:-[a-z0-9]{1,12})?")
# the start of IMPLEMENTOR, in lower case -> the build's name
_MAKERS = (
    ("eclipse adoptium", "temurin"), ("amazon", "corretto"), ("azul", "zulu"), ("bellsoft", "liberica"),
    ("international business machines", "semeru"), ("ibm", "semeru"), ("alibaba", "dragonwell"),
    ("microsoft", "microsoft-openjdk"), ("sap", "sapmachine"), ("oracle", "oracle-jdk"),
)  # fmt: skip
JAVA_BUILDS = (*sorted({name for _, name in _MAKERS}), "openjdk")


def extract_java(file: FileView) -> Iterator[Extracted]:
    """The Java runtime that a ``release`` file describes."""
    if len(file.data) > limits.RELEASE_FILE_BYTES:
        return
    said: dict[bytes, str] = {}
    for key, value in _JAVA.findall(file.data):
        said.setdefault(key, value.decode("utf-8", "replace"))
    version = said.get(b"JAVA_VERSION", "")
    if not _JAVA_VERSION.fullmatch(version):
        return
    maker = said.get(b"IMPLEMENTOR", "").lower()
    name = next((build for start, build in _MAKERS if maker.startswith(start)), "openjdk")
    yield FileFacts(file.path, "java-release", (PackageFact("generic", name, version),))


def extract_go(file: FileView) -> Iterator[Extracted]:
    """The Go tool chain whose root the file lies in."""
    if match := _GO.match(file.data):
        yield _fact(file, "go-version", "go", match[1])


def extract_otp(file: FileView) -> Iterator[Extracted]:
    """The Erlang/OTP release."""
    if len(file.data) < limits.RELEASE_FILE_BYTES and (match := _OTP.fullmatch(file.data)):
        yield _fact(file, "otp-version", "erlang", match[1])


def _fact(file: FileView, analyzer: str, name: str, version: bytes) -> FileFacts:
    return FileFacts(file.path, analyzer, (PackageFact("generic", name, version.decode("ascii")),))


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer("java-release", 1, Wants(names=frozenset({"release"})), extract_java),
    Analyzer("go-version", 1, Wants(names=frozenset({"VERSION"})), extract_go),
    Analyzer("otp-version", 1, Wants(names=frozenset({"OTP_VERSION"})), extract_otp),
)
