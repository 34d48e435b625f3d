"""Licences known by a sentence of their text: for copyright files and metadata that quote instead of naming.

Each mark is a sentence that the licence has and others do not; searched for as plain text, so in linear time.
"""

from __future__ import annotations

import re

_TEXT_CHARS = 256 * 1024  # Debian's longest copyright files; what follows is not looked at
_SPACE = re.compile(r"[\s*#/\-;%\"']+")
_COMMON = re.compile(
    r"common.?licenses (apache 2\.0|artistic|bsd|cc0 1\.0|gfdl|gpl|lgpl|mpl)(?: ([123](?:\.[0-3])?))?\b"
)
_GRANT = re.compile(
    r"gnu (?:(lesser|library|affero) )?general public license(?: as published by the free software foundation)?,? "
    r"(?:either )?\(?v(?:ersion)? ?\.?([123](?:\.[01])?)\b"
)
_AFTER_GRANT = 80  # characters in which "or (at your option) any later version" follows
_LATER = ("any later version", "or later", "or newer", "later versions")
_MARKS: tuple[tuple[str, str], ...] = (
    ("permission is hereby granted, free of charge, to any person obtaining a copy of this software and", "MIT"),
    ("use, copy, modify, and/or distribute this software for any purpose with or without fee", "ISC"),
    ("use, copy, modify, and distribute this software for any purpose with or without fee", "ISC"),
    ("use, copy, modify, and or distribute this software for any purpose with or without fee", "ISC"),
    ("altered source versions must be plainly marked as such, and must not be misrepresented", "Zlib"),
    ("licensed under the apache license, version 2.0", "Apache-2.0"),
    ("apache license version 2.0, january 2004", "Apache-2.0"),
    ("subject to the terms of the mozilla public license, v. 2.0", "MPL-2.0"),
    ("mozilla public license version 2.0", "MPL-2.0"),
    ("same terms as perl itself", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
    ("boost software license version 1.0", "BSL-1.0"),
    ("boost software license, version 1.0", "BSL-1.0"),
    ("sil open font license, version 1.1", "OFL-1.1"),
    ("python software foundation license version 2", "PSF-2.0"),
    ("gives unlimited permission to copy, distribute and modify it", "FSFUL"),
    ("gives unlimited permission to copy and or distribute it, with or without modifications", "FSFULLR"),
    ("copying and distribution of this file, with or without modification, are permitted in any medium", "FSFAP"),
    ("modify, and distribute this software and its documentation for any purpose and without fee", "HPND"),
    ("modify, distribute, and sell this software and its documentation for any purpose", "HPND-sell-variant"),
    ("this is free and unencumbered software released into the public domain", "Unlicense"),
    ("in the public domain", "public-domain"),
    ("into the public domain", "public-domain"),
)
_BSD = "redistribution and use in source and binary forms, with or without modification, are permitted"
_COMMON_NAMES = {
    "apache 2.0": "Apache-2.0", "artistic": "Artistic-1.0-Perl", "bsd": "BSD-3-Clause", "cc0 1.0": "CC0-1.0",
}  # fmt: skip


def recognised(text: str) -> tuple[str, ...]:
    """The licences whose words ``text`` holds, and those that it refers to in Debian's common-licenses; sorted."""
    folded = _SPACE.sub(" ", text[:_TEXT_CHARS].casefold().replace("and/or", "and or"))
    found = {licence for mark, licence in _MARKS if mark in folded}
    if _BSD in folded:
        if "all advertising materials mentioning features" in folded:
            found.add("BSD-4-Clause")
        elif "endorse or promote" in folded:
            found.add("BSD-3-Clause")
        else:
            found.add("BSD-2-Clause")
    if "Unlicense" in found:
        found.discard("public-domain")
    for grant in _GRANT.finditer(folded):
        name = {"affero": "AGPL", "": "GPL"}.get(grant[1] or "", "LGPL")
        after = folded[grant.end() : grant.end() + _AFTER_GRANT]
        number = grant[2] if "." in grant[2] else f"{grant[2]}.0"
        found.add(f"{name}-{number}-{'or-later' if any(words in after for words in _LATER) else 'only'}")
    later = any(words in folded for words in _LATER)
    for name, version in _COMMON.findall(folded):
        if name in _COMMON_NAMES:
            found.add(_COMMON_NAMES[name])
        elif name == "mpl":
            found.add(f"MPL-{version or '2.0'}")
        else:
            lowest = {"gpl": "1.0", "lgpl": "2.0", "gfdl": "1.1"}[name]
            number = (version if "." in version else f"{version}.0") if version else lowest
            # the file without a number is the newest one, which the text then names as a minimum
            found.add(f"{name.upper()}-{number}-{'or-later' if later or not version else 'only'}")
    return tuple(sorted(f"({one})" if " OR " in one and len(found) > 1 else one for one in found))
