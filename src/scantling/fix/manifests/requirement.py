"""One requirement of a Python project (PEP 508), with a higher version asked for."""

from __future__ import annotations

import re

from scantling.db.names import fold

from .edit import Progress, Wanted

# name, extras, version specifiers; what follows (a marker, a comment, options) is kept as it is
REQUIREMENT = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)([ \t]{0,8}\[[A-Za-z0-9._, \t-]{0,200}\])?[ \t]{0,8}"
    r"(\(?(?:[<>=!~]=?=?[ \t]{0,8}[A-Za-z0-9.*+!_-]{1,100}[ \t]{0,8},?[ \t]{0,8}){0,10}\)?)"
)
_PART = re.compile(r"([<>=!~]=?=?)[ \t]{0,8}([A-Za-z0-9.*+!_-]{1,100})")


def raised(text: str, wanted: dict[str, Wanted], where: str, progress: Progress) -> str:
    """``text``, which begins with a requirement, with its version raised if it is one of ``wanted`` (by folded name);
    unchanged where it is not."""
    match = REQUIREMENT.match(text)
    if match is None or (one := wanted.get(fold("pypi", match[1]))) is None:
        return text
    rest = text[match.end() :]
    if rest.lstrip().startswith("@"):
        progress.notes.append(f"{where} takes {one.name} from an address: change that")
        return text
    specifiers = match[3].strip().strip("()").strip()
    spelled, outside = _specifiers(specifiers, one.version)
    if outside:
        progress.notes.append(f"{one.name} {one.version} is outside {specifiers}, which {where} asked for")
    progress.done.add(one.name)
    gap = " " if rest[:1] in {"#", ";"} else ""
    kept = text[match.start(3) : match.end()] if spelled == specifiers else spelled
    tail = match[3][len(match[3].rstrip()) :] if spelled != specifiers else ""
    return text[: match.start(3)] + kept + tail + (gap if not tail and spelled != specifiers else "") + rest


def _specifiers(specifiers: str, version: str) -> tuple[str, bool]:
    """The specifiers that ask for ``version`` or later as nearly as they did before, and whether it was outside."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    parts = _PART.findall(specifiers)
    if any(operator in {"==", "==="} for operator, _ in parts):
        return f"=={version}", False
    try:
        upper = [
            f"{operator}{bound}"
            for operator, bound in parts
            if operator in {"<", "<=", "!="} and SpecifierSet(f"{operator}{bound}").contains(version, prereleases=True)
        ]
        inside = SpecifierSet(specifiers).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return f"=={version}", True
    compatible = [bound for operator, bound in parts if operator == "~="]
    if compatible and inside:
        # "~=3.2.1" holds 3.2.25 and not 3.3, "~=3.2" holds 3.9: as many numbers as before
        trimmed = version.split(".")
        if len(trimmed) >= len(compatible[0].split(".")):
            upper.insert(0, f"~={compatible[0]}")
    return ",".join([f">={version}", *upper]), not inside
