"""YAML that people write for this program: policies, exceptions. Values come with the lines they stand on.

Read as a stream of events, so that anchors, aliases and tags are refused where they stand (aliases are how a few bytes
become billions) and nothing but mappings, lists and plain values can be built. Repeated keys are refused: readers
differ in which one they take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scantling.model.errors import Malformed, UsageError

from . import limits
from .yaml_events import events, scalar

Path = tuple[str | int, ...]
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,3})?")


@dataclass(slots=True)
class Document:
    """``value`` is the whole; ``line_of`` knows where each part of it stands."""

    value: Any = None
    _lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """The line (from 1) of the value at ``path`` (keys and list indices from the top), or of the nearest thing
        around it that stands in the text."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


@dataclass(slots=True)
class _Open:
    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


def load(data: bytes, *, max_bytes: int = limits.SETTINGS_BYTES) -> Document:
    """The only document in ``data``. Raises ``Malformed``, whose ``where`` is "line N" where a line is to blame."""
    return _document(events(data, max_bytes))


def load_named(data: bytes, where: str, subject: str) -> Document:
    """The same for a file that a user named: raises ``UsageError`` ("cannot read the policy: ...") at FILE:LINE."""
    try:
        return load(data)
    except Malformed as error:
        line = error.where.removeprefix("line ")
        raise UsageError(f"cannot read {subject}: {error.what}", where=f"{where}:{line}" if line else where) from None


def _document(events: Iterator[Any]) -> Document:
    import yaml

    document = Document()
    stack: list[_Open] = []
    nodes = 0
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Malformed("more than one YAML document", where=_where(event))
            continue
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            _place(document, stack, stack.pop().value)
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        nodes += 1
        if nodes > limits.POLICY_NODES:
            raise Malformed(f"YAML of more than {limits.POLICY_NODES} values", where=_where(event))
        _plain(event)
        inside = stack[-1] if stack else None
        if inside is not None and isinstance(inside.value, dict) and inside.key is None:
            if not isinstance(event, yaml.ScalarEvent):
                raise Malformed("a key that is not text", where=_where(event))
            if event.value in inside.value:
                raise Malformed(f"{event.value} is set twice", where=_where(event))
            inside.key = event.value
            document._lines[(*inside.path, event.value)] = _line(event)
            continue
        path = _path(inside)
        document._lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            _place(document, stack, _scalar(event.value) if event.implicit[0] else event.value)
        elif len(stack) >= limits.JSON_DEPTH:
            raise Malformed("YAML nested too deeply", where=_where(event))
        else:
            stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], path))
    return document


def _path(inside: _Open | None) -> Path:
    if inside is None:
        return ()
    return (*inside.path, len(inside.value) if isinstance(inside.value, list) else inside.key or "")


def _place(document: Document, stack: list[_Open], value: Any) -> None:
    if not stack:
        document.value = value
        return
    inside = stack[-1]
    if isinstance(inside.value, list):
        inside.value.append(value)
    else:
        assert inside.key is not None
        inside.value[inside.key] = value
        inside.key = None


def _scalar(text: str) -> Any:
    value = scalar(text)
    return float(value) if isinstance(value, str) and _FLOAT.fullmatch(value) else value


def _plain(event: Any) -> None:
    import yaml

    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise Malformed("anchors and aliases are not taken: write the value out", where=_where(event))
    if event.tag not in (None, "!"):
        raise Malformed("YAML tags are not taken", where=_where(event))


def _where(event: Any) -> str:
    return f"line {_line(event)}"


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
