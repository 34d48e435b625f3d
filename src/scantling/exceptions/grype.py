"""Grype's ``.grype.yaml``: the list under ``ignore`` (Grype's README, "Specifying matches to ignore"). The rest of that
file is settings of another program and is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scantling.guard.strict_yaml import load_named
from scantling.model.errors import UsageError

from .entry import Entry, Place

_FIX_STATES = {"fixed": ("fixed",), "not-fixed": ("affected", "fix_deferred"), "wont-fix": ("will_not_fix",)}
_UNKNOWN = ("under_investigation", "unverified")


def read(data: bytes, where: str) -> tuple[Entry, ...]:
    """The entries. Raises ``UsageError`` for a condition that has no counterpart here: an entry that is read more
    widely than it was meant would hide findings."""
    document = load_named(data, where, "the exceptions")
    items = document.value.get("ignore") if isinstance(document.value, dict) else None
    if not isinstance(items, list):
        return ()
    return tuple(_entry(item, f"{where}:{document.line_of(('ignore', n))}", where, document.line_of(("ignore", n)))
                 for n, item in enumerate(items))  # fmt: skip


def _entry(item: Any, stands: str, where: str, line: int) -> Entry:
    if not isinstance(item, Mapping):
        raise UsageError("an entry of ignore is a mapping", where=stands)
    package = item.get("package") or {}
    known = {"vulnerability", "reason", "namespace", "fix-state", "package", "include-aliases"}
    odd = sorted(set(item) - known) + sorted(set(package) - {"name", "version", "type", "language", "location"})
    if odd:
        raise UsageError(
            f"{odd[0]} has no counterpart here", where=stands, hint="write the entry in scantling-ignore.yaml"
        )
    id_ = str(item.get("vulnerability") or "*")
    name = str(package.get("name") or "")
    state = str(item.get("fix-state") or "")
    location = str(package.get("location") or "")
    if not id_.strip("*?") and not name and not state and not location:
        raise UsageError("an entry that fits everything", where=stands)
    if state and state not in _FIX_STATES and state != "unknown":
        raise UsageError(f"no fix-state {state}", where=stands)
    version = str(package.get("version") or "")
    type_ = str(package.get("type") or "")
    pattern = f"{name}@{version}" if name and version else name
    if type_ and name:
        purl = {"python": "pypi", "java-archive": "maven", "go-module": "golang", "rust-crate": "cargo"}.get(
            type_, type_
        )
        pattern = f"pkg:{purl}/*{name}@{version or '*'}"
    return Entry(
        place=Place(where, line, line),
        id=id_,
        package=pattern,
        path=location.replace("**", "*"),
        kinds=("vulnerability",),
        statuses=_FIX_STATES.get(state, _UNKNOWN) if state else (),
        reason=str(item.get("reason") or ""),
    )
