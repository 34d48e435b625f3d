"""Who is this jar? Maven coordinates from pom.properties, the manifest, the file's name and the packages it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

_GROUP = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*")
_ARTIFACT = re.compile(r"[A-Za-z0-9_][\w-]*")
_WORD = re.compile(
    r"(?:snapshot|alpha|beta|rc|cr|m|milestone|ga|final|release|sp|jre|android|jdk|java|b|pre|incubating|redhat|v)?"
    r"[\d._]*",
    re.IGNORECASE,
)
_LICENSE_CHARS = 2_000
_POM_LICENSES = 20
_POM_NAME = re.compile(rb"<name>([^<]{1,300})</name>")
_POM_URL = re.compile(rb"<url>([^<]{1,300})</url>")
_SEPARATORS = re.compile(r"[-_.]")


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A Maven identity; parts which are not known are ""."""

    group: str
    artifact: str
    version: str

    @property
    def name(self) -> str:
        """``group:artifact``; ``:artifact`` when the group is not known."""
        return f"{self.group}:{self.artifact}"


def properties(data: bytes) -> dict[str, str]:
    """A Java properties file, as far as Maven's own writer uses the format: ``key=value`` lines, ``#`` comments."""
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith(("#", "!")):
            found.setdefault(key.strip(), value.strip())
    return found


def pom_properties(data: bytes, path: str) -> Coordinates:
    """Coordinates from ``META-INF/maven/GROUP/ARTIFACT/pom.properties``; what the file lacks comes from ``path``."""
    found = properties(data)
    group, artifact = path.split("/")[-3:-1]
    version = found.get("version", "")
    return Coordinates(
        found.get("groupId") or group, found.get("artifactId") or artifact, "" if "${" in version else version
    )


def manifest(data: bytes) -> dict[str, str]:
    """The main section of a MANIFEST.MF (JAR file specification), keys in lower case, the first of equals kept."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    main = text.partition("\n\n")[0].replace("\n ", "")
    found: dict[str, str] = {}
    for line in main.split("\n"):
        key, colon, value = line.partition(":")
        if colon:
            found.setdefault(key.strip().lower(), value.strip())
    return found


def bundle_licenses(manifests: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The names or addresses of ``Bundle-License`` (OSGi core, 3.2.1.11) without their attributes."""
    stated = {
        manifest.get("bundle-license", "")[:_LICENSE_CHARS].partition(";")[0].strip(' "') for manifest in manifests
    }
    return tuple(sorted(stated - {"", "<<EXTERNAL>>"}))


def pom_licenses(data: bytes) -> tuple[str, ...]:
    """What a project's own model says under ``licenses``: each licence's name, else its address."""
    found = []
    for one in data.split(b"<license>", _POM_LICENSES + 1)[1 : _POM_LICENSES + 1]:
        one = one[:_LICENSE_CHARS].partition(b"</license>")[0]
        named = _POM_NAME.search(one) or _POM_URL.search(one)
        if named is not None and (text := unescape(named[1].decode("utf-8", "replace")).strip()):
            found.append(text)
    return tuple(sorted(set(found)))


def file_name(stem: str) -> tuple[str, str]:
    """("commons-text", "1.9") of "commons-text-1.9"; the version is "" when the name holds none.

    The version begins at a "-" before a digit: the first one after which come only numbers and usual qualifiers
    ("log4j-1.2-api-2.17.0" splits before 2.17.0), else the last one, without the classifier that follows it.
    """
    tokens = stem.split("-")
    starts = [index for index in range(1, len(tokens)) if tokens[index][:1].isdigit()]
    for start in starts:
        if all(_WORD.fullmatch(token) for token in tokens[start + 1 :]):
            return "-".join(tokens[:start]), "-".join(tokens[start:])
    if not starts:
        return stem, ""
    end = start = starts[-1]
    while end + 1 < len(tokens) and _WORD.fullmatch(tokens[end + 1]):
        end += 1
    return "-".join(tokens[:start]), "-".join(tokens[start : end + 1])


def from_manifest(stem: str, attributes: dict[str, str], packages: Sequence[str]) -> Coordinates:
    """The best identity of a jar without pom.properties. ``packages`` are directories of its classes ("org/x/y").

    Artifact and version are the file name's where it holds a version (a repository writes it so), else the
    manifest's. The group is guessed by ``guess_group`` and "" when nothing supports one.
    """
    artifact, version = file_name(stem)
    symbolic = attributes.get("bundle-symbolicname", "").partition(";")[0].strip()
    if not version:
        title = attributes.get("implementation-title", "")
        if _ARTIFACT.fullmatch(title) and not artifact.lower().startswith(title.lower()):
            artifact = title
        for key in ("implementation-version", "bundle-version", "specification-version"):
            value = attributes.get(key, "")
            if value and "${" not in value:
                version = value.split()[0]
                break
    group = guess_group(artifact, attributes.get("implementation-vendor-id", ""), symbolic, packages)
    return Coordinates(group, artifact, version)


def guess_group(artifact: str, vendor_id: str, symbolic: str, packages: Sequence[str]) -> str:
    """The Maven group, from what the build tools derive from it; never from a class name such as Main-Class.

    1. Bundle-SymbolicName as maven-bundle-plugin makes it: the group's last part is not repeated when the artifact
       begins with it ("org.apache.logging.log4j" + "log4j-core" = "org.apache.logging.log4j.core"), else
       "group.artifact".
    2. Implementation-Vendor-Id, Maven's default for which is the group, when it has three parts or more (shorter
       ones are often only the organisation: "org.apache").
    3. The directory above one named as the artifact that holds classes ("com/alibaba/fastjson").
    """
    for cut in _SEPARATORS.finditer(artifact):
        last, rest = artifact[: cut.start()], artifact[cut.end() :]
        group = symbolic.removesuffix(f".{rest}")
        if group != symbolic and group.rpartition(".")[2] == last and "." in group:
            return group
    if symbolic.endswith(f".{artifact}"):
        group = symbolic.removesuffix(f".{artifact}")
        own = symbolic.replace(".", "/")
        if "." in group and (
            _SEPARATORS.search(artifact) or any(package == own or package.startswith(f"{own}/") for package in packages)
        ):
            return group
        return symbolic  # "com.google.guava" is that of com.google.guava:guava
    if vendor_id.count(".") >= 2 and _GROUP.fullmatch(vendor_id):
        return vendor_id
    plain = _SEPARATORS.sub("", artifact).lower()
    for package in sorted(set(packages), key=lambda path: (path.count("/"), path)):
        parts = package.split("/")
        for index in range(2, len(parts)):
            if parts[index] == plain:
                return ".".join(parts[:index])
    return ""
