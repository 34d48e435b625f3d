"""Why a version lies in an advisory's range, step by step, so that a doubter can check each step elsewhere."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from scantling.model.purl import parse
from scantling.versions import Unparseable, at_precision_of, compare
from scantling.versions.upgrade import SCHEMES

_BOUND = re.compile(r"(>=|<=|<|=)(.+)", re.DOTALL)
_RELATIONS = {
    ">=": (frozenset({0, 1}), "is not below"),
    "<=": (frozenset({0, -1}), "is not above"),
    "<": (frozenset({-1}), "is below"),
    "=": (frozenset({0}), "is"),
}
_DPKG = {">=": "ge", "<=": "le", "<": "lt", "=": "eq"}


@dataclass(frozen=True, slots=True)
class Step:
    """One comparison in words. ``holds`` is None where the versions cannot be compared. ``command`` repeats it with
    the ecosystem's own program, "" where there is none that everybody has."""

    sentence: str
    holds: bool | None
    command: str = ""


def steps(purl: str, version: str, range_text: str) -> tuple[Step, ...]:
    """The comparisons that put ``version`` into ``range_text`` (``match.affected.range_text``'s form: ranges joined by
    " || ", bounds by ", "). Nothing for a range without bounds, or a purl of no known version scheme."""
    try:
        scheme = SCHEMES.get(parse(purl).type, "")
    except ValueError:
        scheme = ""
    if not scheme or not version:
        return ()
    found = []
    for bound in (bound for part in range_text.split(" || ") for bound in part.split(", ")):
        match = _BOUND.fullmatch(bound)
        if match is None or bound == ">=0":
            continue
        found.append(_step(scheme, version, match[1], match[2]))
    return tuple(found)


def _step(scheme: str, version: str, relation: str, bound: str) -> Step:
    wanted, words = _RELATIONS[relation]
    command = ""
    if scheme == "deb":
        command = f"dpkg --compare-versions {shlex.quote(version)} {_DPKG[relation]} {shlex.quote(bound)}"
    try:
        said = at_precision_of(scheme, version, bound) if relation in {"<=", "="} else version
        holds: bool | None = compare(scheme, said, bound) in wanted
    except Unparseable:
        return Step(f"{version} and {bound} cannot be compared by the order of {scheme} versions", None, command)
    return Step(
        f"{version} {words if holds else 'does not hold: ' + relation} {bound} ({scheme} order)", holds, command
    )
