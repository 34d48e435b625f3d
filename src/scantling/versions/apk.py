"""Alpine, Wolfi, Chainguard: ``1.2.3b_rc1_p2~abcdef-r4`` (apk-package(5) of apk-tools 3; 2.14 agrees on real ones)."""

from __future__ import annotations

import re
from typing import TypeAlias

from .unparseable import Unparseable

Key: TypeAlias = tuple[int | str, ...]

_SUFFIX = r"_(alpha|beta|pre|rc|cvs|svn|git|hg|p)([0-9]*)"
_VERSION = re.compile(
    r"(?P<first>[0-9]+)(?P<more>(?:\.[0-9]+)*)(?P<letter>[a-z]?)"
    rf"(?P<suffixes>(?:{_SUFFIX})*)(?:~(?P<commit>[0-9a-f]+))?(?:-r(?P<revision>[0-9]+))?"
)
_BARE_PATCH = re.compile(r"([0-9])p([0-9])")  # secdb's own slip, for sudo and opensmtpd: "1.9.5p2-r0"
_SUFFIXES = re.compile(_SUFFIX)
_BEFORE = ("alpha", "beta", "pre", "rc")  # below the release itself
_AFTER = ("cvs", "svn", "git", "hg", "p")  # above it

# What comes next decides when all before it is equal: a pre-release suffix is below the end of the version,
# everything else above it, in this order.
_BEFORE_END, _END, _REVISION, _COMMIT, _SUFFIX_NUMBER, _AFTER_END, _LETTER, _DIGITS = range(8)


def key(text: str) -> Key:
    """An orderable key. Raises ``Unparseable`` for what apk calls invalid, save "5p2" (read as "5_p2")."""
    match = _VERSION.fullmatch(text) or _VERSION.fullmatch(_BARE_PATCH.sub(r"\1_p\2", text, count=1))
    if match is None:
        raise Unparseable("apk", text)
    key: list[int | str] = [_DIGITS, int(match["first"])]
    for digits in match["more"].split(".")[1:]:
        # as fractions: with a leading zero the text is compared, and it is below any number without one
        key += (_DIGITS, 0, digits) if digits[0] == "0" else (_DIGITS, 1, int(digits))
    if match["letter"]:
        key += (_LETTER, match["letter"])
    for name, number in _SUFFIXES.findall(match["suffixes"]):
        key += (_BEFORE_END, _BEFORE.index(name)) if name in _BEFORE else (_AFTER_END, _AFTER.index(name))
        if number:
            key += (_SUFFIX_NUMBER, int(number))
    if match["commit"]:
        key += (_COMMIT, match["commit"])
    if match["revision"]:
        key += (_REVISION, int(match["revision"]))
    key.append(_END)
    return tuple(key)
