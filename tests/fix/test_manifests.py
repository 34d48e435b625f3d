"""Each manifest asks for the new version where it asked for the old, keeps everything else, and says what it had to
leave. Ranges are those of PEP 440, npm's semver, RubyGems' ``~>`` and Maven's properties, worked out by hand."""

from __future__ import annotations

import json
import tomllib

import pytest

from scantling.fix.manifests import gemfile, go_mod, package_json, pom, pyproject, requirements
from scantling.fix.manifests.edit import Edited, Wanted


def wanted(*rows: tuple[str, str, str]) -> dict[str, Wanted]:
    return {name: Wanted(name, old, new) for name, old, new in rows}


DJANGO = wanted(("Django", "3.2.1", "3.2.25"))


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("django==3.2.1", "django==3.2.25"),
        ("Django == 3.2.1  # pinned", "Django ==3.2.25  # pinned"),
        ("django>=3.2,<4", "django>=3.2.25,<4"),
        ("django~=3.2.1", "django>=3.2.25,~=3.2.1"),
        ("django[bcrypt]==3.2.1 ; python_version >= '3.8'", "django[bcrypt]==3.2.25 ; python_version >= '3.8'"),
        ("django", "django>=3.2.25"),
        ("django-filter==3.2.1", "django-filter==3.2.1"),
        ("# django==3.2.1", "# django==3.2.1"),
        ("-r django==3.2.1", "-r django==3.2.1"),
        ("django==3.2.1\r", "django==3.2.25\r"),
    ],
)
def test_requirements(line: str, becomes: str) -> None:
    assert requirements.edit(f"six\n{line}\n", DJANGO, "requirements.txt").text == f"six\n{becomes}\n"


def test_a_version_outside_the_range_is_said() -> None:
    edited = requirements.edit("django>=2,<3\n", DJANGO, "requirements.txt")
    assert edited.text == "django>=3.2.25\n"
    assert edited.notes == ("Django 3.2.25 is outside >=2,<3, which requirements.txt asked for",)


def test_hashes_have_to_be_made_again() -> None:
    edited = requirements.edit("django==3.2.1 \\\n    --hash=sha256:00\n", DJANGO, "r.txt")
    assert edited.text.startswith("django==3.2.25 \\\n")
    assert "hashes" in edited.notes[0]


def test_pyproject_keeps_what_is_no_dependency() -> None:
    text = (
        '[build-system]\nrequires = ["django==3.2.1"]\n[project]\nname = "shop"\ndependencies = [\n'
        '    "django[bcrypt]>=3.2,<4",  # why\n    "six",\n]\n[project.optional-dependencies]\n'
        'test = ["django==3.2.1"]\n'
        '[tool.poetry.dependencies]\ndjango = "^3.2.1"\n'
    )
    edited = pyproject.edit(text, DJANGO, "pyproject.toml")
    assert edited.done == {"Django"}
    read = tomllib.loads(edited.text)
    assert read["build-system"]["requires"] == ["django==3.2.1"]
    assert read["project"]["dependencies"] == ["django[bcrypt]>=3.2.25,<4", "six"]
    assert read["project"]["optional-dependencies"]["test"] == ["django==3.2.25"]
    assert read["tool"]["poetry"]["dependencies"]["django"] == "^3.2.25"
    assert "# why" in edited.text


PACKAGE = '{\n  "name": "shop",\n  "dependencies": {\n    "lodash": "^4.17.4",\n    "axios": "~0.18.0"\n  }\n}\n'


def test_package_json_keeps_operators_and_says_what_is_outside() -> None:
    rows = wanted(("lodash", "4.17.4", "4.17.21"), ("axios", "0.18.0", "0.21.2"))
    edited = package_json.edit(PACKAGE, rows, "package.json")
    assert edited.text == PACKAGE.replace("^4.17.4", "^4.17.21").replace("~0.18.0", "~0.21.2")
    assert edited.notes == ("axios 0.21.2 is outside ~0.18.0, which package.json asked for",)


@pytest.mark.parametrize("more", ["", ',\n  "overrides": {\n    "qs": "6.5.3"\n  }'])
def test_what_others_bring_is_overridden(more: str) -> None:
    text = PACKAGE.removesuffix("\n}\n") + more + "\n}\n"
    edited = package_json.edit(text, wanted(("minimist", "0.0.8", "0.2.4")), "package.json")
    assert json.loads(edited.text)["overrides"] == {"minimist": "0.2.4"} | ({"qs": "6.5.3"} if more else {})
    assert edited.text.startswith(PACKAGE.removesuffix("\n}\n"))


def test_of_several_copies_none_is_overridden() -> None:
    rows = {"minimist": Wanted("minimist", "0.0.8", "0.2.4", is_one=False)}
    assert package_json.edit(PACKAGE, rows, "package.json") == Edited(PACKAGE)


@pytest.mark.parametrize("spec", ["1 || 2", "git+https://example.org/x.git", "npm:other@1"])
def test_what_is_no_simple_range_is_left_to_a_person(spec: str) -> None:
    text = PACKAGE.replace("^4.17.4", spec)
    edited = package_json.edit(text, wanted(("lodash", "4.17.4", "4.17.21")), "package.json")
    assert (edited.text, edited.done) == (text, frozenset())
    assert "by hand" in edited.notes[0]


def test_go_modules_and_the_toolchain() -> None:
    text = (
        "module example.org/shop\n\ngo 1.21.3\n\nrequire golang.org/x/net v0.1.0\nrequire (\n"
        "\tgolang.org/x/text v0.3.0 // indirect\n)\nreplace golang.org/x/net => ../net\n"
    )
    rows = wanted(("golang.org/x/net", "v0.1.0", "0.23.0"), ("golang.org/x/text", "v0.3.0", "v0.3.8"))
    edited = go_mod.edit(text, rows | wanted(("stdlib", "1.21.3", "1.21.11")), "go.mod")
    assert edited.text == (
        "module example.org/shop\n\ngo 1.21.3\n\ntoolchain go1.21.11\n\nrequire golang.org/x/net v0.23.0\nrequire (\n"
        "\tgolang.org/x/text v0.3.8 // indirect\n)\nreplace golang.org/x/net => ../net\n"
    )
    assert edited.done == {"golang.org/x/net", "golang.org/x/text", "stdlib"}


def test_gems() -> None:
    text = "source 'https://rubygems.org'\ngem 'rails', '~> 5.2.0'\ngem \"puma\", '4.0.0', require: false\ngem 'rack'\n"
    rows = wanted(
        ("rails", "5.2.0", "5.2.8.1"),
        ("puma", "4.0.0", "4.3.12"),
        ("rack", "2.0.1", "2.2.8"),
        ("nokogiri", "1.8", "1.16"),
    )
    edited = gemfile.edit(text, rows, "Gemfile")
    assert edited.text == (
        "source 'https://rubygems.org'\ngem 'rails', '~> 5.2.8', '>= 5.2.8.1'\ngem \"puma\", '4.3.12', require: false\n"
        'gem \'rack\', ">= 2.2.8"\ngem "nokogiri", ">= 1.16"\n'
    )
    assert edited.done == set(rows)


LOG4J = wanted(("org.apache.logging.log4j:log4j-core", "2.14.1", "2.17.1"))


@pytest.mark.parametrize("version", ["2.14.1", "${log4j.version}"])
def test_maven_by_version_or_property(version: str) -> None:
    text = (
        "<project>\n  <properties>\n    <log4j.version>2.14.1</log4j.version>\n  </properties>\n"
        "  <!-- <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>"
        "<version>2.14.1</version></dependency> -->\n  <dependencies>\n    <dependency>\n"
        "      <groupId>org.apache.logging.log4j</groupId>\n      <artifactId>log4j-core</artifactId>\n"
        f"      <version>{version}</version>\n    </dependency>\n  </dependencies>\n</project>\n"
    )
    edited = pom.edit(text, LOG4J, "pom.xml")
    place = "<log4j.version>2.14.1<" if version.startswith("$") else "      <version>2.14.1<"
    assert edited.text == text.replace(place, place.replace("2.14.1", "2.17.1"))
    assert edited.done == set(LOG4J)


def test_a_version_from_a_parent_is_left_to_a_person() -> None:
    text = "<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId></dependency>"
    edited = pom.edit(text, LOG4J, "pom.xml")
    assert (edited.text, edited.done) == (text, frozenset())
    assert "its parent or a BOM does" in edited.notes[0]
