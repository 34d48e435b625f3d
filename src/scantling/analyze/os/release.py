"""Which distribution an image is: os-release(5), and the older one-line files where it is missing.

Nothing here is a shell: assignments are read, never executed, and ``$`` means itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.guard import limits
from scantling.model.coverage import Gap
from scantling.model.errors import Malformed
from scantling.model.facts import FileFacts, OsRelease

_ID = "os-release"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IDENTIFIER = re.compile(r"[a-z0-9._-]{1,64}")  # os-release(5): ID and VERSION_ID
_VERSION = re.compile(r"[A-Za-z0-9._+~-]{1,64}")
_FIELDS = {"ID", "VERSION_ID", "VERSION_CODENAME", "PRETTY_NAME", "VARIANT_ID", "ID_LIKE"}

# first words of etc/redhat-release and its copies -> os-release's ID
_RED_HAT_FAMILY = (
    ("Red Hat Enterprise Linux", "rhel"), ("CentOS", "centos"), ("Rocky Linux", "rocky"), ("AlmaLinux", "almalinux"),
    ("Oracle Linux", "ol"), ("Fedora", "fedora"), ("Amazon Linux", "amzn"),
)  # fmt: skip
_RELEASE_NUMBER = re.compile(r" release (\d{1,4}(?:\.\d{1,8}){0,3})(?: |$)")
_ALPINE = re.compile(r"\d{1,4}\.\d{1,4}(?:[._][0-9a-z._]{1,32})?")
_DEBIAN = re.compile(r"(\d{1,3})(?:\.\d{1,3})?")


def extract(file: FileView) -> Iterable[Extracted]:
    """One ``FileFacts`` with ``os`` set. Raises ``Malformed`` when the file is not what its name promises."""
    text = file.data.decode("utf-8", "replace").removeprefix("\ufeff")
    name = file.path[file.path.rfind("/") + 1 :]
    if name == "os-release":
        os, gaps = _os_release(text, file.path)
        yield from gaps
        yield FileFacts(file.path, _ID, os=os)
        return
    older = _OLDER[name](text)
    if older is not None:
        yield FileFacts(file.path, _ID, os=older)
    else:
        # only a stand-in: where os-release exists nothing is lost, and where it does not the inventory says so
        reason = f"{_one_line(text)[:64]!r} names no known distribution and release"
        yield Gap("unreadable-record", file.path, reason, blocks=False)


def _os_release(text: str, path: str) -> tuple[OsRelease, list[Gap]]:
    values, bad = _assignments(text)
    if not values:
        raise Malformed("no assignment: not an os-release file")
    gaps = [Gap("unreadable-record", path, f"line {bad[0]} is no assignment", blocks=False)] if bad else []
    # os-release(5): "If not set, a default of ID=linux may be used"
    id_ = values.get("ID", "").lower() or "linux"
    if not _IDENTIFIER.fullmatch(id_):
        raise Malformed(f"ID={id_[:64]!r} is no distribution's name")
    version = values.get("VERSION_ID", "")
    if version and not _VERSION.fullmatch(version):
        gaps.append(Gap("unreadable-record", path, f"VERSION_ID={version[:64]!r} is no release number"))
        version = ""
    codename = values.get("VERSION_CODENAME", "").lower()
    variant = values.get("VARIANT_ID", "").lower()
    like = [word for word in values.get("ID_LIKE", "").lower().split()[:16] if _IDENTIFIER.fullmatch(word)]
    return OsRelease(
        id=id_,
        version_id=version,
        codename=codename if _IDENTIFIER.fullmatch(codename) else "",
        pretty_name=_one_line(values.get("PRETTY_NAME", "")),
        variant_id=variant if _IDENTIFIER.fullmatch(variant) else "",
        like=tuple(like),
    ), gaps


def _assignments(text: str) -> tuple[dict[str, str], list[int]]:
    """The known assignments, a later one winning as in a shell, and the numbers of the lines that are none."""
    values: dict[str, str] = {}
    bad: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        key, equals, raw = line.partition("=")
        value = _unquote(raw) if equals else None
        if value is None or not _KEY.fullmatch(key):
            bad.append(number)
        elif key in _FIELDS:
            values[key] = value
    return values, bad


def _unquote(raw: str) -> str | None:
    """The value that a shell would assign, without expanding anything; None when a quote is left open."""
    quote = raw[:1]
    if quote == "'":
        return raw[1:-1] if len(raw) > 1 and raw.find("'", 1) == len(raw) - 1 else None
    out: list[str] = []
    at = 1 if quote == '"' else 0
    while at < len(raw):
        char = raw[at]
        if char == "\\" and at + 1 < len(raw):
            follower = raw[at + 1]
            # inside double quotes a backslash escapes only these; elsewhere it stays
            out.append(follower if quote != '"' or follower in '"\\$`' else char + follower)
            at += 2
            continue
        if char == '"':
            return "".join(out) if quote == '"' and at == len(raw) - 1 else None
        if quote != '"' and char in " \t'":
            return None
        out.append(char)
        at += 1
    return None if quote == '"' else "".join(out)


def _alpine(text: str) -> OsRelease | None:
    version = text.strip()
    return OsRelease("alpine", version, pretty_name=f"Alpine Linux {version}") if _ALPINE.fullmatch(version) else None


def _debian(text: str) -> OsRelease | None:
    # "12.5"; testing and unstable say "trixie/sid", and so do Ubuntu and others: that tells nothing, so no claim
    match = _DEBIAN.fullmatch(text.strip())
    return OsRelease("debian", match[1], pretty_name=f"Debian {match[0]}") if match else None


def _red_hat(text: str) -> OsRelease | None:
    line = text.strip().split("\n", 1)[0][: limits.FIELD_CHARS]
    number = _RELEASE_NUMBER.search(line)
    for start, id_ in _RED_HAT_FAMILY:
        if number is not None and line.startswith(start):
            return OsRelease(id_, number[1], pretty_name=_one_line(line))
    return None


_OLDER: dict[str, Callable[[str], OsRelease | None]] = {
    "alpine-release": _alpine,
    "debian_version": _debian,
    "redhat-release": _red_hat,
    "centos-release": _red_hat,
}


def _one_line(text: str) -> str:
    return " ".join(text[:256].split())


_PATHS = ("etc/os-release", "usr/lib/os-release", *sorted(f"etc/{name}" for name in _OLDER))

ANALYZER = Analyzer(
    id=_ID,
    version=1,
    wants=Wants(paths=frozenset(_PATHS)),
    extract=extract,
    max_bytes=limits.OS_RELEASE_BYTES,
)
