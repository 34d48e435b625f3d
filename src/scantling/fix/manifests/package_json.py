"""``package.json``: what it asks for itself, and overrides of what others bring."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from scantling.guard import limits
from scantling.guard.strict_json import loads
from scantling.model.errors import Malformed

from .edit import Edited, Progress, Wanted
from .range import raised

_SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
_INDENT = re.compile(r"\{\r?\n([ \t]{1,16})\"")


def edit(text: str, wanted: Mapping[str, Wanted], where: str) -> Edited:
    """The file with the new ranges, and ``overrides`` for what it does not name; the rest stays byte for byte. What is
    written is read again: if anything else became different the file is left alone."""
    old = _object(text)
    if old is None:
        return Edited(text, notes=(f"{where} could not be changed: it is not JSON",))
    progress = Progress()
    expected: dict[str, Any] = json.loads(json.dumps(old))
    changed = text
    for section in _SECTIONS:
        named: Any = old.get(section)
        for name in sorted(set(named) & set(wanted)) if isinstance(named, dict) else ():
            spec = named[name]
            if not isinstance(spec, str):
                continue
            new = raised(spec, wanted[name], where, progress, "npm")
            if new != spec:
                expected[section][name] = new
                changed = _replaced(changed, section, name, spec, new)
    asked = {name for section in _SECTIONS if isinstance(old.get(section), dict) for name in old[section]}
    others = {name: one for name, one in wanted.items() if name not in asked and one.is_one}
    if others and "dependencies" in old:
        known = old.get("overrides", {})
        if isinstance(known, dict) and not set(known) & set(others):
            expected["overrides"] = {**known, **{name: others[name].version for name in sorted(others)}}
            changed = _with_overrides(changed, others, bool(known))
            progress.done.update(others)
            progress.notes.append(f"{where} does not name {', '.join(sorted(others))}: overrides set the version")
    if _object(changed) != expected:
        return Edited(text, notes=(f"{where} could not be changed mechanically",))
    return progress.edited(changed)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = loads(text.encode(), max_bytes=limits.CHECKOUT_FILE_BYTES, where="")
    except (Malformed, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _replaced(text: str, section: str, name: str, old: str, new: str) -> str:
    """The first such member after the section's own key."""
    start = re.search(rf'"{section}"\s{{0,20}}:\s{{0,20}}\{{', text)
    member = re.compile(rf'("{re.escape(name)}"\s{{0,20}}:\s{{0,20}})"{re.escape(old)}"')
    match = member.search(text, start.end()) if start else None
    return text if match is None else f'{text[: match.end(1)]}"{new}"{text[match.end() :]}'


def _with_overrides(text: str, others: Mapping[str, Wanted], extends: bool) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    found = _INDENT.match(text.lstrip("\ufeff"))
    indent = found[1] if found else "  "
    rows = f",{end}".join(f'{indent * 2}"{name}": "{others[name].version}"' for name in sorted(others))
    if extends:
        start = re.search(r'"overrides"\s{0,20}:\s{0,20}\{', text)
        return text if start is None else f"{text[: start.end()]}{end}{rows},{text[start.end() :]}"
    last = text.rstrip().rfind("}")
    body = text[:last].rstrip()
    return f'{body},{end}{indent}"overrides": {{{end}{rows}{end}{indent}}}{end}{text[last:]}'
