"""Which version to go to: the smallest that is past every fix. Used by the gate's advice and by the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cmp_to_key, partial

from scantling.versions import Unparseable, compare

SCHEMES = {
    "deb": "deb", "rpm": "rpm", "apk": "apk", "pypi": "pep440", "npm": "npm", "maven": "maven", "gem": "gem",
    "golang": "go", "nuget": "nuget", "composer": "composer", "cargo": "cargo", "hex": "hex", "pub": "pub",
    "conan": "conan",
}  # fmt: skip
_PART = re.compile(r"[^.+_~-]+")


def smallest_upgrade(purl_type: str, installed: str, fixes: Sequence[Sequence[str]]) -> str | None:
    """The smallest version above ``installed`` at which all of ``fixes`` hold, or None when that cannot be told.

    ``fixes`` has one entry for each problem: the versions that fix it, one for each release branch. A version
    between two branches' fixes counts as fixed only on the same branch as the lower one, since the upper branch
    may hold the problem again; the highest fix of all always holds.
    """
    scheme = SCHEMES.get(purl_type)
    if scheme is None or not fixes or any(not versions for versions in fixes):
        return None
    order = cmp_to_key(partial(compare, scheme))
    try:
        ordered = [sorted(set(versions), key=order) for versions in fixes]
        candidates = sorted({version for versions in ordered for version in versions}, key=order)
        for candidate in candidates:
            above = compare(scheme, candidate, installed) > 0
            if above and all(_fixed_at(scheme, candidate, versions) for versions in ordered):
                return candidate
    except Unparseable:
        return None
    return None


def _fixed_at(scheme: str, version: str, fixes: list[str]) -> bool:
    below = [fix for fix in fixes if compare(scheme, fix, version) <= 0]
    if not below:
        return False
    if len(below) == len(fixes) or compare(scheme, below[-1], version) == 0:
        return True
    lower, upper = _parts(below[-1]), _parts(fixes[len(below)])
    shared = 0
    while shared < min(len(lower), len(upper)) and lower[shared] == upper[shared]:
        shared += 1
    return _parts(version)[: shared + 1] == lower[: shared + 1]


def _parts(version: str) -> list[str]:
    return _PART.findall(version)
