"""What Java and Scala projects declare: pom.xml, Gradle's and sbt's lock files, and hostile ones."""

from __future__ import annotations

import json
import time

import pytest

from scantling.analyze.language import gradle_lock, pom
from scantling.analyze.plugin import FileView
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, PackageFact


def split(results: object) -> tuple[list[PackageFact], list[Gap]]:
    packages: list[PackageFact] = []
    gaps: list[Gap] = []
    for result in results:  # type: ignore[attr-defined]
        if isinstance(result, FileFacts):
            packages += result.packages
        else:
            gaps.append(result)
    return packages, gaps


POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>com.example</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId>app</artifactId>
  <properties><jackson.version>2.9.8</jackson.version><j>${jackson.version}</j><loop>${loop}</loop></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>1.7.36</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>${j}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.12</version><scope>test</scope></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>core</artifactId><version>${project.version}</version></dependency>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-core</artifactId></dependency>
    <dependency><groupId>a</groupId><artifactId>b</artifactId><version>${loop}</version></dependency>
    <dependency><groupId>a</groupId><artifactId>c</artifactId><version>[1.0,2.0)</version></dependency>
  </dependencies>
</project>
"""


def test_a_pom_names_what_it_gives_a_version_to() -> None:
    packages, gaps = split(pom.extract(FileView("app/pom.xml", POM.encode())))
    assert [(package.name, package.version, package.is_dev) for package in packages] == [
        ("com.example:core", "7", False),
        ("com.fasterxml.jackson.core:jackson-databind", "2.9.8", False),
        ("junit:junit", "4.12", True),
        ("org.slf4j:slf4j-api", "1.7.36", False),
    ]
    assert all(package.declared and package.type == "maven" for package in packages)
    (gap,) = gaps
    assert gap.what == "partial-manifest" and not gap.blocks
    assert "3 dependencies (a:b, a:c, org.springframework:spring-core)" in gap.reason


def test_other_xml_of_that_name_says_nothing() -> None:
    assert list(pom.extract(FileView("pom.xml", b"<settings/>"))) == []


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<project>", b"\xff\xfe\x00", b"<project" + b" a='1'" * 10 + b">",
        b'<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><project>&b;</project>',
        b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><project>&x;</project>',
        b'<!DOCTYPE p SYSTEM "http://example.com/x.dtd"><project/>',
        b"<project>" + b" " * 5_000_000 + b"</project>",
    ],
)  # fmt: skip
def test_hostile_poms_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(pom.extract(FileView("pom.xml", data)))


def test_deep_and_repeating_poms_take_no_time() -> None:
    started = time.monotonic()
    deep = b"<project>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</project>"
    grow = "".join(f"<p{n}>${{p{n + 1}}}${{p{n + 1}}}</p{n}>" for n in range(40))
    dependency = "<dependency><groupId>g</groupId><artifactId>a</artifactId><version>${p0}</version></dependency>"
    grown = f"<project><properties>{grow}</properties><dependencies>{dependency * 1000}</dependencies></project>"
    for data in (deep, grown.encode()):
        try:
            list(pom.extract(FileView("pom.xml", data)))
        except Malformed:
            continue
    assert time.monotonic() - started < 10


GRADLE = b"""# This is a Gradle generated file for dependency locking.
# Manual edits can break the build and are not advised.
com.google.guava:guava:31.1-jre=compileClasspath,runtimeClasspath,testRuntimeClasspath
junit:junit:4.13=testCompileClasspath,testRuntimeClasspath
empty=annotationProcessor,testAnnotationProcessor
"""


def test_gradle_lock_files() -> None:
    packages, _ = split(gradle_lock.extract(FileView("app/gradle.lockfile", GRADLE)))
    assert [(package.name, package.version, package.is_dev) for package in packages] == [
        ("com.google.guava:guava", "31.1-jre", False),
        ("junit:junit", "4.13", True),
    ]
    plugin = b"org.example:plugin:1.0=classpath\n"
    packages, _ = split(gradle_lock.extract(FileView("app/buildscript-gradle.lockfile", plugin)))
    assert [(package.name, package.is_dev) for package in packages] == [("org.example:plugin", True)]


@pytest.mark.parametrize("line", [b"a:b=c", b"a:b:1", b"::=x", b"a:b:1:2=x", b"\0" * 100])
def test_a_line_of_another_form_is_malformed(line: bytes) -> None:
    with pytest.raises(Malformed, match="line 1"):
        list(gradle_lock.extract(FileView("gradle.lockfile", line)))


def test_sbt_lock_files() -> None:
    def entry(org: str, name: str, version: str, *configurations: str) -> dict[str, object]:
        return {"org": org, "name": name, "version": version, "artifacts": [], "configurations": list(configurations)}

    document = {
        "lockVersion": 1,
        "timestamp": "2026-01-01T00:00:00Z",
        "configurations": ["compile", "test"],
        "dependencies": [
            entry("org.typelevel", "cats-core_2.13", "2.9.0", "compile", "test"),
            entry("org.scalatest", "scalatest_2.13", "3.2.15", "test"),
        ],
    }
    packages, _ = split(gradle_lock.extract_sbt(FileView("build.sbt.lock", json.dumps(document).encode())))
    assert [(package.name, package.version, package.is_dev) for package in packages] == [
        ("org.scalatest:scalatest_2.13", "3.2.15", True),
        ("org.typelevel:cats-core_2.13", "2.9.0", False),
    ]
    for broken in (b"{}", b"[]", b"{", b'{"lockVersion": 1, "dependencies": [7]}', b"[" * 100_000):
        with pytest.raises(Malformed):
            list(gradle_lock.extract_sbt(FileView("build.sbt.lock", broken)))
