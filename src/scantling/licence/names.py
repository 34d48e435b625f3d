"""The SPDX identifier of a licence by the names that packagers write: identifiers, short names, families by rule."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

_CHARS = 120

# identifiers that nearly every package has: known without loading the list of all
_USUAL = """
0BSD AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 Artistic-1.0-Perl Artistic-2.0 BSD-2-Clause BSD-3-Clause
BSD-4-Clause BSL-1.0 CC0-1.0 CC-BY-3.0 CC-BY-4.0 CDDL-1.0 EPL-1.0 EPL-2.0 GPL-1.0-only GPL-1.0-or-later GPL-2.0-only
GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ISC LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later
LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-1.1 MPL-2.0 OFL-1.1 OpenSSL PSF-2.0 Python-2.0 Ruby Unlicense WTFPL X11
Zlib ZPL-2.1 curl
"""
_USUAL_BY_LOW = {name.lower(): name for name in _USUAL.split()}
_SAYS_NOTHING = re.compile(r"\b(?:the|licen[cs]ed?|under|osi approved|agreement)\b|[\s,:;'\"_/-]+", re.IGNORECASE)
_FAMILY = re.compile(
    r"(?:the\s+)?(?:gnu\s+)?"
    r"(?P<family>agpl|lgpl|gpl|gfdl|(?:affero|lesser|library)?\s*general public|free documentation)"
    r"[^0-9]{0,40}?(?P<number>[1-4](?:\.[0-9])?)?(?P<rest>[^0-9]*)$",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"\b(?:linking|runtime|library|exceptions?)\b|[\s-]+(?=$)", re.IGNORECASE)
_EXCEPTIONS = {
    "bison": "Bison-exception-2.2", "bison-2.2": "Bison-exception-2.2", "libtool": "Libtool-exception",
    "classpath": "Classpath-exception-2.0", "gcc": "GCC-exception-3.1", "font": "Font-exception-2.0",
    "linux-syscall-note": "Linux-syscall-note", "llvm": "LLVM-exception",
}  # fmt: skip
_HOSTS = frozenset({
    "apache.org", "eclipse.org", "gnu.org", "licenses.nuget.org", "mozilla.org", "opensource.org", "spdx.org",
})  # fmt: skip
_ECLIPSE = {"epl-v10": "EPL-1.0", "epl-v20": "EPL-2.0", "epl-2.0": "EPL-2.0", "edl-v10": "BSD-3-Clause"}
_WORDS_OF_FAMILY = {
    "general public": "GPL", "affero general public": "AGPL", "lesser general public": "LGPL",
    "library general public": "LGPL", "free documentation": "GFDL",
}  # fmt: skip
_FIRST = {"GPL": "1.0", "LGPL": "2.0", "AGPL": "3.0", "GFDL": "1.1"}  # what "any version" begins with


@lru_cache(maxsize=4096)
def spdx_of(name: str) -> str:
    """The SPDX identifier (for some names an expression of two) that ``name`` means; "" if that cannot be told."""
    name = " ".join(name.split())
    if name.startswith(("http://", "https://")):
        return _of_address(name)
    if not name or len(name) > _CHARS or not name.isascii():
        return ""
    if usual := _USUAL_BY_LOW.get(name.lower()):
        return usual
    bare = _SAYS_NOTHING.sub("", name).lower().replace(".", "").replace("(", "").replace(")", "")
    return _names().get(bare) or _of_family(name) or _of_list(name)


def _of_address(address: str) -> str:
    """What an address is known for: Apache's and Eclipse's, and those whose last part is an identifier, as
    opensource.org, spdx.org and licenses.nuget.org have them."""
    path = address[:_CHARS].partition("://")[2].rstrip("/").lower()
    last = re.sub(r"\.(?:html?|txt|php)\Z", "", path.rpartition("/")[2])
    if "apache.org/licenses" in path:
        last = f"Apache {last.removeprefix('license-')}"
    elif last in _ECLIPSE and "/legal/" in path:
        last = _ECLIPSE[last]
    return spdx_of(last) if path.partition("/")[0].removeprefix("www.") in _HOSTS else ""


def exception_of(name: str, exception: str) -> str:
    """The SPDX identifier of what follows WITH after ``name``; "" for one that the list does not have."""
    bare = _EXCEPTION.sub("", exception).lower().strip(" -")
    known = _EXCEPTIONS.get(bare, exception)
    if bare == "autoconf":
        known = "Autoconf-exception-2.0" if "-2." in name else "Autoconf-exception-3.0"
    found = _canonical(f"{name} WITH {known}")
    return found.partition(" WITH ")[2]


@cache
def _names() -> dict[str, str]:
    import tomllib

    table = tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))
    return {name: spdx for spdx, names in table.items() for name in names}


def _of_family(name: str) -> str:
    """GNU's licences, whose names are written in a hundred ways: family, number, and whether later ones will do."""
    match = _FAMILY.match(name)
    if match is None:
        return ""
    family = " ".join(match["family"].lower().split())
    family = _WORDS_OF_FAMILY.get(family, family.upper())
    if family == "GPL" and re.search(r"\b(?:affero|agpl)", name, re.IGNORECASE):
        family = "AGPL"
    if family == "GPL" and re.search(r"\b(?:lesser|library|lgpl)", name, re.IGNORECASE):
        family = "LGPL"
    later = "+" in name or re.search(r"\bor[ -](?:any[ -])?(?:later|newer|greater)|\bor-later\b", name, re.IGNORECASE)
    number = match["number"]
    if number is None:
        return f"{family}-{_FIRST[family]}-or-later"
    if "." not in number:
        number += ".0"
    kind = "-no-invariants" if family == "GFDL" and "niv" in name.lower() else ""
    return _of_list(f"{family}-{number}{kind}-{'or-later' if later else 'only'}")


def _of_list(name: str) -> str:
    return "" if " " in name or "(" in name or "licenseref-" in name.lower() else _canonical(name)


def _canonical(expression: str) -> str:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return str(canonicalize_license_expression(expression))
    except InvalidLicenseExpression:
        return ""
