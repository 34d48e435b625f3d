"""Java archives: which packages, where, and what is said when nobody knows."""

from __future__ import annotations

import struct
import zipfile

import pytest

from scantling.analyze.language import _maven
from support.jars import jar, manifest, pom
from support.language_facts import analyze, named

LOG4J = pom("org.apache.logging.log4j", "log4j-core", "2.14.1")


def test_maven_coordinates_of_the_jar_and_of_what_was_shaded_into_it() -> None:
    data = jar(manifest(), LOG4J, pom("com.google.guava", "guava", "20.0"))
    assert named("opt/log4j-core-2.14.1.jar", data) == [
        ("com.google.guava:guava", "20.0"),
        ("org.apache.logging.log4j:log4j-core", "2.14.1"),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_nested_archives_are_found_at_their_place(method: int) -> None:
    inner = jar(LOG4J)
    war = jar(("WEB-INF/lib/log4j.jar", inner), method=method)
    packages, gaps = analyze("opt/app.ear", jar(("shop.war", war), method=method))
    assert [(p.name, p.path) for p in packages] == [
        ("org.apache.logging.log4j:log4j-core", "opt/app.ear!/shop.war!/WEB-INF/lib/log4j.jar")
    ]
    assert not gaps


def test_the_group_is_never_taken_from_main_class() -> None:
    data = jar(manifest(Main_Class="org.springframework.boot.loader.JarLauncher", Implementation_Title="demo-boot",
                        Implementation_Version="0.0.1"), ("BOOT-INF/lib/log4j.jar", jar(LOG4J)))  # fmt: skip
    packages, gaps = analyze("app.jar", data)
    assert [(p.name, p.version) for p in packages] == [
        (":demo-boot", "0.0.1"),
        ("org.apache.logging.log4j:log4j-core", "2.14.1"),
    ]
    assert [(gap.what, gap.blocks) for gap in gaps] == [("unidentified-package", False)]


def test_a_jar_known_by_its_name_gets_its_group_from_the_directory_of_its_classes() -> None:
    data = jar(("com/alibaba/fastjson/JSON.class", b"\xca\xfe\xba\xbe"))
    assert named("lib/fastjson-1.2.47.jar", data) == [("com.alibaba:fastjson", "1.2.47")]


@pytest.mark.parametrize(
    ("artifact", "symbolic", "packages", "group"),
    [
        ("log4j-core", "org.apache.logging.log4j.core", [], "org.apache.logging.log4j"),
        ("jackson-databind", "com.fasterxml.jackson.core.jackson-databind", ["com/x"], "com.fasterxml.jackson.core"),
        ("guava", "com.google.guava", ["com/google/common/base"], "com.google.guava"),
        ("snakeyaml", "org.yaml.snakeyaml", ["org/yaml/snakeyaml"], "org.yaml"),
        ("joda-time", "joda-time", ["org/joda/time"], ""),
    ],
)
def test_the_group_behind_a_bundle_name(artifact: str, symbolic: str, packages: list[str], group: str) -> None:
    assert _maven.guess_group(artifact, "", symbolic, packages) == group


@pytest.mark.parametrize(
    ("stem", "artifact", "version"),
    [
        ("commons-text-1.9", "commons-text", "1.9"),
        ("guava-31.1-jre", "guava", "31.1-jre"),
        ("log4j-1.2-api-2.17.0", "log4j-1.2-api", "2.17.0"),
        ("kafka_2.13-2.8.0", "kafka_2.13", "2.8.0"),
        ("spring-boot-2.5.0.RELEASE", "spring-boot", "2.5.0.RELEASE"),
        ("foo-1.0-SNAPSHOT", "foo", "1.0-SNAPSHOT"),
        ("netty-tcnative-2.0.61.Final-linux-x86_64", "netty-tcnative", "2.0.61.Final"),
        ("jsr305", "jsr305", ""),
    ],
)
def test_artifact_and_version_in_a_file_name(stem: str, artifact: str, version: str) -> None:
    assert _maven.file_name(stem) == (artifact, version)


def test_a_folded_manifest_line_is_whole_again() -> None:
    data = b"Bundle-SymbolicName: org.exam\r\n ple.thing\r\nBundle-Version: 1\r\n\r\nName: x\r\nBundle-Version: 2\r\n"
    assert _maven.manifest(data) == {"bundle-symbolicname": "org.example.thing", "bundle-version": "1"}


def test_an_executable_jar_with_a_script_before_it() -> None:
    assert named("app.jar", b"#!/bin/sh\nexec java -jar $0\n" + jar(LOG4J)) == [
        ("org.apache.logging.log4j:log4j-core", "2.14.1")
    ]


def test_zip64() -> None:
    data = jar(LOG4J, method=zipfile.ZIP_STORED)
    at = data.rindex(b"PK\x05\x06")
    count, size, offset = struct.unpack_from("<HII", data, at + 10)
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert named("a.jar", data[:at] + end64 + locator + end) == [("org.apache.logging.log4j:log4j-core", "2.14.1")]


def test_what_only_bears_the_ending_is_left_alone() -> None:
    assert analyze("music/song.kar", b"MThd" + bytes(100)) == ([], [])


_MODEL = b"""<project><licenses><license><name>Apache &amp; Co</name><url>https://x.example</url></license>
<license><url>https://opensource.org/licenses/MIT</url></license></licenses><developers><name>Jo</name></developers>"""


def test_licences_are_those_of_the_model_beside_the_properties() -> None:
    where = "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.xml"
    packages, _ = analyze("opt/log4j-core-2.14.1.jar", jar(LOG4J, (where, _MODEL)))
    assert packages[0].licenses == ("Apache & Co", "https://opensource.org/licenses/MIT")
    other, _ = analyze("opt/log4j-core-2.14.1.jar", jar(LOG4J, ("META-INF/maven/a/b/pom.xml", _MODEL)))
    assert other[0].licenses == ()


def test_licence_of_an_osgi_bundle() -> None:
    stated = manifest(Bundle_License='"Apache-2.0";link="https://x.example"', Bundle_SymbolicName="org.x.y")
    packages, _ = analyze("lib/y-1.2.jar", jar(stated, ("org/x/y/A.class", b"")))
    assert packages[0].licenses == ("Apache-2.0",)


def test_a_model_full_of_openings_is_bounded() -> None:
    assert len(_maven.pom_licenses(b"<license><name>x</name>" * 40_000)) == 1
    assert len(_maven.pom_licenses(b"".join(b"<license><name>%d</name>" % n for n in range(9_000)))) == 20
