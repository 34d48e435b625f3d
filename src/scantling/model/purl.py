"""Package URLs (ECMA-427, purl-spec): built from an ecosystem's own names, in canonical form, and read again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_RPM_LIKE = frozenset({"rpm"})
NAMESPACE_IS_ORIGIN = frozenset({"cpan"})  # who uploaded a package is no part of its name
# the distribution, or who uploaded it
_NAMESPACE_IS_VENDOR = frozenset({"deb", "rpm", "apk", "alpm"}) | NAMESPACE_IS_ORIGIN
_NAMESPACE_IN_NAME = frozenset({"npm", "golang", "composer", "swift", "hex", "pear", "wordpress"})
_CASELESS = frozenset({"npm", "deb", "apk", "composer", "hex", "luarocks", "pub", "otp"})
_TYPE = re.compile(r"[a-z][a-z0-9.+-]{0,63}")
_CHARS = 8192


def purl(
    type_: str,
    name: str,
    version: str,
    *,
    namespace: str = "",
    qualifiers: tuple[tuple[str, str], ...] = (),
) -> str:
    """The canonical purl of a package.

    ``name`` is the ecosystem's spelling, from which the namespace is taken where the type defines one:
    ``group:artifact`` (maven), ``@scope/name`` (npm), the module path (golang, lower case host path as given), and what
    stands before the last slash (composer, swift, hex, pear, wordpress).
    PyPI names are lower-cased with "_" turned into "-" as the type's definition asks. ``namespace`` is given for
    OS packages (the distribution). An rpm epoch becomes the ``epoch`` qualifier. Empty qualifiers are left out.
    """
    if type_ == "maven" and ":" in name:
        namespace, name = name.split(":", 1)
    elif type_ in _NAMESPACE_IN_NAME and "/" in name:
        namespace, name = name.rsplit("/", 1)
    if type_ == "pypi":
        name = name.lower().replace("_", "-")
    elif type_ in _CASELESS:
        namespace, name = namespace.lower(), name.lower()
    extra = list(qualifiers)
    if type_ in _RPM_LIKE and ":" in version:
        epoch, version = version.split(":", 1)
        extra.append(("epoch", epoch))
    path = "/".join(_segment(part) for part in (*namespace.split("/"), name) if part)
    text = f"pkg:{type_}/{path}"
    if version:
        text += "@" + _segment(version)
    pairs = "&".join(f"{key}={quote(value, safe='.-_~:/')}" for key, value in sorted(extra) if value)
    return f"{text}?{pairs}" if pairs else text


def without_version(text: str) -> str:
    """The purl cut before its version and qualifiers: what stays the same when a package is upgraded."""
    head = text.split("?", 1)[0].split("#", 1)[0]
    at = head.rfind("@")
    return head[:at] if at > head.rfind("/") else head


def _segment(text: str) -> str:
    # the spec leaves only unreserved characters and ":" bare inside a component
    return quote(text, safe=".-_~:")


@dataclass(frozen=True, slots=True)
class ParsedPurl:
    """The parts of a purl, percent-decoded. ``namespace`` may hold "/"; ``qualifiers`` are sorted, their keys lower
    case; ``subpath`` is as given."""

    type: str
    namespace: str
    name: str
    version: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str = ""

    def qualifier(self, key: str) -> str:
        """The value of a qualifier, "" when it is not there."""
        return dict(self.qualifiers).get(key, "")


def parse(text: str) -> ParsedPurl:
    """The parts of ``text``, by the purl specification's "How to parse". Raises ``ValueError``.

    What producers get wrong in the wild is let pass where it has only one meaning: slashes after the scheme, an "@" of
    an npm scope that is not encoded, empty qualifiers.
    """
    if len(text) > _CHARS:
        raise ValueError(f"a purl of {len(text)} characters")
    rest, _, subpath = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, colon, rest = rest.partition(":")
    if not colon or scheme.lower() != "pkg":
        raise ValueError("a purl starts with pkg:")
    type_, _, path = rest.strip("/").partition("/")
    type_ = type_.lower()
    if not _TYPE.fullmatch(type_):
        raise ValueError("a purl without a type")
    at = path.rfind("@")
    version = ""
    if at > 0 and at > path.rfind("/"):
        path, version = path[:at], path[at + 1 :]
    namespace, _, name = path.strip("/").rpartition("/")
    name = _decoded(name)
    if not name:
        raise ValueError("a purl without a name")
    segments = [_decoded(part) for part in namespace.split("/") if part]
    return ParsedPurl(type_, "/".join(segments), name, _decoded(version), _qualifiers(query), subpath)


def spelled(parsed: ParsedPurl) -> tuple[str, str]:
    """Name and version as the ecosystem writes them: what ``purl`` was given to build this one."""
    name, version = parsed.name, parsed.version
    if parsed.type == "maven" and parsed.namespace:
        name = f"{parsed.namespace}:{name}"
    elif parsed.namespace and parsed.type not in _NAMESPACE_IS_VENDOR:
        name = f"{parsed.namespace}/{name}"
    if parsed.type in _RPM_LIKE and (epoch := parsed.qualifier("epoch")):
        version = f"{epoch}:{version}"
    return name, version


def _qualifiers(query: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key and value:
            if key.lower() in found:
                raise ValueError(f"a purl with two qualifiers {key[:40]!r}")
            found[key.lower()] = _decoded(value)
    return tuple(sorted(found.items()))


def _decoded(text: str) -> str:
    return unquote(text, errors="strict") if "%" in text else text
