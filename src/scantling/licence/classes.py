"""What a licence asks for, in the classes that Google's licence checker has, and other scanners after it.

forbidden: not to be used in most companies; restricted: source must be given, also of what is linked with it;
reciprocal: source of changes to it; notice: its notice must be kept; unencumbered: nothing.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from .expression import Joined, Leaf, Node
from .names import spdx_of

FORBIDDEN, RESTRICTED, RECIPROCAL, NOTICE, UNENCUMBERED, UNKNOWN = CLASSES = (
    "forbidden", "restricted", "reciprocal", "notice", "unencumbered", "unknown",
)  # fmt: skip
SEVERITIES = {
    FORBIDDEN: "CRITICAL", RESTRICTED: "HIGH", RECIPROCAL: "MEDIUM", NOTICE: "LOW", UNENCUMBERED: "LOW",
    UNKNOWN: "UNKNOWN",
}  # fmt: skip
# the first pattern that fits decides; what fits none asks for its notice
_PATTERNS = {
    FORBIDDEN: "AGPL-* SSPL-* BUSL-* Elastic-* CC-BY-NC* WTFPL CPAL-1.0 EUPL-* SISSL* Watcom-1.0 PolyForm-* RPL-*",
    RESTRICTED: (
        "GPL-* LGPL-* GFDL-* CC-BY-ND-* CC-BY-SA-* OSL-* QPL-1.0* NPL-1.* Sleepycat BCL CECILL-* NPOSL-* MS-RL"
        " copyleft-next-*"
    ),
    RECIPROCAL: "MPL-* EPL-* CDDL-* CPL-1.0 IPL-1.0 APSL-* Ruby OFL-* ErlPL-* Artistic-1.0* LPL-* MS-PL LPPL-* ODbL-*",
    UNENCUMBERED: "CC0-1.0 Unlicense 0BSD MIT-0 PDDL-1.0 blessing CC-PDDC SAX-PD*",
}
# code that is linked with these is not meant to come under the GNU licence: what is left is about changes to them
_LINKING = "*Classpath* *GCC* *Linux-syscall* *LLVM* *OpenSSL* *Autoconf* *Bison* *Libtool* *Font* *linking* *Qt*"
_HARDEST_FIRST = (FORBIDDEN, RESTRICTED, UNKNOWN, RECIPROCAL, NOTICE, UNENCUMBERED)
_PUBLIC_DOMAIN = ("public-domain", "public domain", "licenseref-public-domain")
_SOME_BSD = ("bsd", "permissive", "mit-")


def class_of(node: Node) -> str:
    """The class of an expression: the mildest of OR, the hardest of AND."""
    if isinstance(node, Joined):
        found = [class_of(part) for part in node.parts]
        return (min if node.word == "AND" else max)(found, key=_HARDEST_FIRST.index)
    if not node.name:
        return _of_text(node.text)
    for name, patterns in _PATTERNS.items():
        if _fits(node.name, patterns):
            return RECIPROCAL if name == RESTRICTED and _fits(node.exception, _LINKING) else name
    return NOTICE


def _fits(name: str, patterns: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns.split())


def _of_text(text: str) -> str:
    low = text.lower().replace("licence", "license")
    if low.startswith(_PUBLIC_DOMAIN):
        return UNENCUMBERED
    if low.startswith(_SOME_BSD):  # which of them nobody says, but all ask for their notice and no more
        return NOTICE
    head, exception, _ = low.partition(" with ")
    if exception and (name := spdx_of(head)):  # an exception that has no name: as if it were not there
        return class_of(Leaf(head, name))
    return UNKNOWN
