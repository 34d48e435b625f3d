"""Six projects with old dependencies, each with the builder that makes its image out of what its files ask for: so that
a patch is tried by building again. The base's packages are at versions that Debian has fixed since.

PyPI and npm packages come from their registries. What cannot be had there is written down instead: a Go program with
the modules of ``go.mod`` and the version of its builder image, jars of the dependencies of ``pom.xml``, the gems that a
``Gemfile`` names, and dpkg's database.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import gobinaries, jars, oci
from .bases import RELEASE, STATUS

Files = dict[str, bytes]

# Debian's security tracker: CVE-2024-5535 in openssl was fixed in bookworm by 3.0.15-1~deb12u1
_DEBIAN = {"apt": "2.6.1", "openssl": "3.0.14-1~deb12u2"}
_PIN = re.compile(r"[ ']([a-z0-9.+-]+)=([0-9][^ '\\]*)")
_PIP = re.compile(r"([A-Za-z0-9_.-]+)==([^ \\']+)")


@dataclass(frozen=True)
class Project:
    """``files`` are those of its repository, ``contents`` what the final image holds, ``rebuilt`` how much of a new
    image is the real thing."""

    name: str
    files: dict[str, str]
    contents: Callable[[Path], Files]
    rebuilt: str

    def write(self, root: Path) -> None:
        for name, text in self.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)

    def build(self, root: Path, layout: Path) -> str:
        """The image of the project as it lies in ``root``."""
        user = re.findall(r"^USER (\S+)$", (root / "Dockerfile").read_text(), re.MULTILINE)
        config = {"User": user[-1] if user else "", "ExposedPorts": {"8000/tcp": {}}}
        oci.build_layout(layout, [oci.tar(dict(self.contents(root)))], config=config)
        return f"oci:{layout}"


def debian(root: Path) -> Files:
    """dpkg's database after the upgrades of the last stage."""
    line = next((part for part in (root / "Dockerfile").read_text().split("\n") if "--only-upgrade" in part), "")
    versions = _DEBIAN | dict(_PIN.findall(line))
    status = "".join(STATUS.format(name=name, version=version) for name, version in versions.items())
    return {"etc/os-release": RELEASE, "var/lib/dpkg/status": status.encode()}


def _python(root: Path) -> Files:
    site = "usr/local/lib/python3.11/site-packages"
    line = next((part for part in (root / "Dockerfile").read_text().split("\n") if "--upgrade " in part), "")
    tools = {"setuptools": "65.5.1"} | dict(_PIP.findall(line))  # what python:3.11-slim came with
    head = "Metadata-Version: 2.1\n"
    found = debian(root) | {
        f"{site}/{name}-{version}.dist-info/METADATA": f"{head}Name: {name}\nVersion: {version}\n".encode()
        for name, version in tools.items()
    }
    with tempfile.TemporaryDirectory() as place:
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-compile",
             "--ignore-requires-python", "--target", place, "-r", str(root / "requirements.txt"))  # fmt: skip
        return found | _below(Path(place), site, "METADATA")


def _node(root: Path) -> Files:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "package.json").write_bytes((root / "package.json").read_bytes())
        _run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=Path(place))
        return debian(root) | _below(Path(place), "srv/app", "package.json")


def _go(root: Path) -> Files:
    text = (root / "go.mod").read_text()
    modules = re.findall(r"^\s*(?:require )?(\S+\.\S+/\S+) (v\S+)", text, re.MULTILINE)
    (version,) = re.findall(r"^FROM golang:([0-9.]+)", (root / "Dockerfile").read_text(), re.MULTILINE)
    info = "path\texample.org/shop\nmod\texample.org/shop\t(devel)\t\n"
    info += "".join(f"dep\t{name}\t{at}\th1:abc=\n" for name, at in modules)
    return {"shop": gobinaries.elf(gobinaries.inline_info(f"go{version}", info + "build\t-compiler=gc\n"))}


def _java(root: Path) -> Files:
    tree = ET.fromstring((root / "pom.xml").read_text())
    held = {f"${{{one.tag}}}": one.text or "" for one in tree.iterfind("properties/*")}
    members = []
    for one in tree.iterfind("dependencies/dependency"):
        group, artifact, version = (one.findtext(name) or "" for name in ("groupId", "artifactId", "version"))
        inner = jars.jar(jars.pom(group, artifact, held.get(version, version)))
        members.append((f"BOOT-INF/lib/{artifact}-{held.get(version, version)}.jar", inner))
    return debian(root) | {"srv/shop.jar": jars.jar(jars.pom("org.example", "shop", "1.0"), *members)}


def _ruby(root: Path) -> Files:
    text = (root / "Gemfile").read_text()
    gems = {
        name: re.findall(r"['\"](?:>= |= )?([0-9][0-9.]*)['\"]", rest)[-1]
        for name, rest in re.findall(r"^gem ['\"]([a-z_-]+)['\"](.*)$", text, re.MULTILINE)
    }
    place = "usr/local/bundle/specifications"
    return debian(root) | {
        f"{place}/{name}-{version}.gemspec": (
            f'Gem::Specification.new do |s|\n  s.name = "{name}".freeze\n  s.version = "{version}"\nend\n'
        ).encode()
        for name, version in gems.items()
    }


def _below(root: Path, place: str, wanted: str) -> Files:
    return {
        f"{place}/{path.relative_to(root).as_posix()}": path.read_bytes()
        for path in sorted(root.rglob(wanted))
        if path.is_file()
    }


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=120)


_POM = """<project>
  <properties>
    <log4j.version>2.14.1</log4j.version> <!-- of both -->
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-core</artifactId>
      <version>${log4j.version}</version>
    </dependency>
    <dependency>
      <groupId>org.yaml</groupId>
      <artifactId>snakeyaml</artifactId>
      <version>1.26</version>
    </dependency>
  </dependencies>
</project>
"""

PROJECTS: tuple[Project, ...] = (
    Project("python", {
        "Dockerfile": "FROM python:3.11-slim\nWORKDIR /srv\nCOPY requirements.txt .\n"
        "RUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD [\"python\", \"app.py\"]\n",
        "requirements.txt": "# the shop\njinja2==2.10\nrequests==2.19.0  # talks to the bank\nsix==1.11.0\n",
    }, _python, "image, from PyPI"),
    Project("node", {
        "Dockerfile": "FROM node:20-bookworm-slim\r\nWORKDIR /srv/app\r\nCOPY . .\r\nRUN npm ci --omit=dev\r\n"
        "CMD [\"node\", \"app.js\"]\r\n",
        "package.json": json.dumps(
            {"name": "shop", "version": "1.0.0", "dependencies": {"lodash": "4.17.4", "mkdirp": "0.5.1"}}, indent=2
        ),
    }, _node, "image, from npm"),
    Project("go", {
        "Dockerfile": "FROM golang:1.20.3-alpine AS build\nCOPY . .\nRUN go build -o /shop .\n\n"
        "FROM scratch\nCOPY --from=build /shop /shop\nENTRYPOINT [\"/shop\"]\n",
        "go.mod": "module example.org/shop\n\ngo 1.20\n\nrequire (\n\tgolang.org/x/net v0.7.0\n"
        "\tgolang.org/x/text v0.3.7 // indirect\n)\n",
        "go.sum": "",
    }, _go, "build information of the program"),
    Project("java", {
        "Dockerfile": "FROM eclipse-temurin:17-jre\nCOPY shop.jar /srv/\nCMD [\"java\", \"-jar\", \"/srv/shop.jar\"]\n",
        "pom.xml": _POM,
    }, _java, "jars of the same names and versions"),
    Project("ruby", {
        "Dockerfile": "FROM ruby:3.2-slim\nCOPY . /srv\nRUN bundle install\nCMD [\"rackup\"]\n",
        "Gemfile": "source 'https://rubygems.org'\n\ngem 'rack', '2.0.1'\ngem 'nokogiri', '1.8.0', require: false\n",
        "Gemfile.lock": "",
    }, _ruby, "gem specifications of the same names and versions"),
    Project("debian", {
        "Dockerfile": "FROM debian:12\nRUN apt-get update && apt-get install -y openssl\n"
                      "EXPOSE 8000\nCMD [\"openssl\"]\n",
    }, debian, "dpkg's database"),
)  # fmt: skip
