"""Gradle's ``gradle.lockfile`` and ``buildscript-gradle.lockfile`` (Gradle User Manual, "Locking Versions"), and sbt's
``build.sbt.lock`` (sbt-dependency-lock, "Lock file format").

Gradle: ``group:artifact:version=configuration,...`` a line. What only test configurations have is for tests; a
buildscript's lock file is about plugins, which build and are not shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed

from ._declared import Declared

_GRADLE, _SBT = "gradle-lock", "sbt-lock"
_BYTES = 16 * limits.MIB  # of a build of 1,000 modules: 200 KiB
_BUILDSCRIPT = "buildscript-gradle.lockfile"


def extract(file: FileView) -> Iterator[Extracted]:
    """The locked modules of a Gradle project. Raises ``Malformed`` for a line of another form."""
    declared = Declared("maven", file.path, _GRADLE)
    builds = file.path.rpartition("/")[2] == _BUILDSCRIPT
    for number, raw in enumerate(file.data.decode("utf-8", "replace").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("#", "empty=")):
            continue
        module, equals, listed = line.partition("=")
        parts = module.split(":")
        if not equals or len(parts) != 3 or not all(parts):
            raise Malformed(f"line {number} is no locked module")
        configurations = [name for name in listed.split(",") if name]
        is_dev = builds or (bool(configurations) and all(map(_is_of_tests, configurations)))
        declared.add(f"{parts[0]}:{parts[1]}", parts[2], is_dev=is_dev)
    yield from declared.results()


def _is_of_tests(configuration: str) -> bool:
    # names are made of words in camel case: testRuntimeClasspath, integrationTestCompileClasspath, debugAndroidTest...
    return (
        configuration.startswith(("test", "androidTest"))
        or "Test" in configuration
        or configuration == "annotationProcessor"
    )


def extract_sbt(file: FileView) -> Iterator[Extracted]:
    """The locked modules of an sbt project. Raises ``Malformed``."""
    document: Any = strict_json.loads(file.data, max_bytes=_BYTES, where=file.path)
    listed = document.get("dependencies") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not isinstance(document.get("lockVersion"), int):
        raise Malformed("not the lock file of sbt-dependency-lock")
    declared = Declared("maven", file.path, _SBT)
    for item in listed:
        if not isinstance(item, dict):
            raise Malformed("a dependency that is no object")
        configurations = item.get("configurations")
        names = [str(name) for name in configurations] if isinstance(configurations, list) else []
        name = f"{item.get('org') or ''}:{item.get('name') or ''}"
        declared.add(
            name, str(item.get("version") or ""), is_dev=bool(names) and set(names) <= {"test", "provided", "it"}
        )
    yield from declared.results()


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_GRADLE, 1, Wants(names=frozenset({"gradle.lockfile", _BUILDSCRIPT})), extract, max_bytes=_BYTES),
    Analyzer(_SBT, 1, Wants(names=frozenset({"build.sbt.lock"})), extract_sbt, max_bytes=_BYTES),
)
