"""What a VEX document says of one vulnerability in one product, whatever the document's format."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.model.purl import ParsedPurl, parse

SILENCING = frozenset({"not_affected", "fixed"})


@dataclass(frozen=True, slots=True)
class Statement:
    """``vulnerability`` is an id, ``aliases`` its other names. ``products`` are purls (of packages, or ``pkg:oci/...``
    of images); ``subcomponents`` narrow an image down to packages (empty: all of it). ``status`` is "not_affected",
    "fixed", "affected" or "under_investigation"; ``source`` the file, ``author`` who says so."""

    vulnerability: str
    status: str
    products: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    subcomponents: tuple[str, ...] = ()
    justification: str = ""
    detail: str = ""
    author: str = ""
    source: str = ""
    moment: str = ""

    def names(self) -> frozenset[str]:
        """Every id it speaks of."""
        return frozenset({self.vulnerability, *self.aliases})


def same(stated: str, found: str) -> bool:
    """Whether the purl ``stated`` names ``found``: every part that it gives must be the same, what it leaves out fits
    anything (OpenVEX specification, "Product matching"; purl-spec, "VERS" apart)."""
    try:
        one, other = parse(stated), parse(found)
    except ValueError:
        return False
    return (
        (one.type, one.namespace.lower(), one.name.lower()) == (other.type, other.namespace.lower(), other.name.lower())
        and one.version in ("", other.version)
        and _qualifiers(one, other)
    )


def _qualifiers(one: ParsedPurl, other: ParsedPurl) -> bool:
    # an image's registry may be written in either of two ways, which `image_purls` gives both of
    return all(other.qualifier(key) == value for key, value in one.qualifiers if key != "tag")
