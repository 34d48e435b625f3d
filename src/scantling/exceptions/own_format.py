"""``scantling-ignore.yaml``: exceptions with a reason, an owner and an end.

version: 1
ignore:
  - id: CVE-2024-1234
    package: pkg:deb/debian/openssl     # or openssl, or openssl@3.0.11-1; optional
    path: usr/lib/*                     # optional
    image: registry.example.com/shop/*  # optional
    reason: certificates are never parsed here
    owner: ann@example.com
    expires: 2026-12-31
    added: 2026-10-01                   # `ignore add` writes it; needed where a policy limits how long
    known_fixes: none                   # or 3.0.11, 3.1.2: fixed versions that were out when it was accepted; optional
    justification: vulnerable_code_not_in_execute_path   # one of OpenVEX's five; optional
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scantling.guard.strict_yaml import Document, load_named
from scantling.model.errors import UsageError
from scantling.model.finding import KINDS
from scantling.model.justification import JUSTIFICATIONS

from .entry import FITS_ALL, Entry, Place

TERMS = ("reason", "owner", "expires")
_KEYS = ("id", "package", "path", "image", "kind", *TERMS, "added", "known_fixes", "justification")
_TEXT_CHARS = 1_000


def read(data: bytes, where: str, require: tuple[str, ...]) -> tuple[Entry, ...]:
    """The entries in ``data``. Raises ``UsageError`` that names the line, also where a term of ``require`` is missing
    or an entry would fit everything."""
    document = load_named(data, where, "the exceptions")
    value = document.value
    if value is None:
        return ()
    if not isinstance(value, dict) or set(value) - {"version", "ignore"} or value.get("version", 1) != 1:
        raise UsageError("a file of exceptions has `version: 1` and a list under `ignore`", where=f"{where}:1")
    items = value.get("ignore") or []
    if not isinstance(items, list):
        raise UsageError("`ignore` is a list", where=f"{where}:{document.line_of(('ignore',))}")
    last = data.count(b"\n") + 1
    ends = [document.line_of(("ignore", index)) - 1 for index in range(1, len(items))] + [last]
    return tuple(_entry(document, index, item, where, ends[index], require) for index, item in enumerate(items))


def _entry(document: Document, index: int, item: Any, where: str, end: int, require: tuple[str, ...]) -> Entry:
    line = document.line_of(("ignore", index))

    def refuse(what: str, key: str = "") -> UsageError:
        stands = document.line_of(("ignore", index, key)) if key else line
        return UsageError(what, where=f"{where}:{stands}", hint=f"an entry has: {', '.join(_KEYS)}")

    if not isinstance(item, Mapping):
        raise refuse("an entry is a mapping")
    for key, text in item.items():
        if key not in _KEYS:
            raise refuse(f"an entry has no {key}", key)
        if not isinstance(text, str) or not text.strip() or len(text) > _TEXT_CHARS:
            raise refuse(f"{key} is a text of 1 to {_TEXT_CHARS} characters", key)
    if "id" not in item:
        raise refuse("an entry without an id")
    if not item["id"].strip("*?"):
        raise refuse(f"{FITS_ALL}: name what is accepted", "id")
    if item.get("kind") is not None and item["kind"] not in KINDS:
        raise refuse(f"kind is one of {', '.join(KINDS)}", "kind")
    if item.get("justification") is not None and item["justification"] not in JUSTIFICATIONS:
        raise refuse(f"justification is one of {', '.join(JUSTIFICATIONS)}", "justification")
    for term in require:
        if term not in item:
            raise refuse(f"an exception needs {term}: required {'is' if len(require) == 1 else 'are'} {_and(require)}")
    return Entry(
        place=Place(where, line, max(line, end)),
        id=item["id"],
        package=item.get("package", ""),
        path=item.get("path", ""),
        image=item.get("image", ""),
        kinds=(item["kind"],) if "kind" in item else (),
        reason=item.get("reason", ""),
        owner=item.get("owner", ""),
        expires=_day(item, "expires", refuse),
        added=_day(item, "added", refuse),
        known_fixes=_versions(item["known_fixes"]) if "known_fixes" in item else None,
        justification=item.get("justification", ""),
    )


def _day(item: Mapping[str, str], key: str, refuse: Any) -> date | None:
    if key not in item:
        return None
    try:
        return date.fromisoformat(item[key][:10])
    except ValueError:
        raise refuse(f"{key} is a day such as 2026-12-31", key) from None


def _versions(text: str) -> tuple[str, ...]:
    return () if text.strip() == "none" else tuple(part.strip() for part in text.split(",") if part.strip())


def _and(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
