"""Package URLs (ECMA-427, purl-spec): built from an ecosystem's own names, in canonical form."""

from __future__ import annotations

from urllib.parse import quote

_RPM_LIKE = frozenset({"rpm"})


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
    ``group:artifact`` (maven), ``@scope/name`` (npm), the module path (golang, lower case host path as given).
    PyPI names are lower-cased with "_" turned into "-" as the type's definition asks. ``namespace`` is given for
    OS packages (the distribution). An rpm epoch becomes the ``epoch`` qualifier. Empty qualifiers are left out.
    """
    if type_ == "maven" and ":" in name:
        namespace, name = name.split(":", 1)
    elif type_ in {"npm", "golang", "composer"} and "/" in name:
        namespace, name = name.rsplit("/", 1)
    if type_ == "pypi":
        name = name.lower().replace("_", "-")
    elif type_ == "npm" or type_ in {"deb", "apk"}:
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
