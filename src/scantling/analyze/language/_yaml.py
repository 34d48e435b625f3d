"""YAML as package managers write it: mappings, lists and text, read from events so that nothing else can be built.

Every scalar stays text ("1.10" is a version, no number); a plain ``null`` or ``~`` is "". Anchors, aliases and tags
are refused where they stand (no lock file has any, and aliases are how a few bytes become billions); size, depth and
the number of nodes are bounded. The last of repeated keys wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scantling.guard import limits
from scantling.model.errors import Malformed

_NULLS = frozenset({"null", "~", "Null", "NULL"})


def load_mapping(data: bytes) -> dict[str, object]:
    """The only document in ``data``, a mapping; raises ``Malformed`` for anything else. An empty one is {}."""
    documents = load_mappings(data)
    if len(documents) > 1:
        raise Malformed(f"YAML of {len(documents)} documents")
    return documents[0] if documents else {}


def load_mappings(data: bytes) -> list[dict[str, object]]:
    """Every document in ``data``, all of them mappings; raises ``Malformed``."""
    if len(data) > limits.YAML_BYTES:
        raise Malformed(f"YAML of {len(data)} bytes, more than {limits.YAML_BYTES}")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[dict[str, object]] = []
    try:
        for value in _documents(yaml.parse(data.decode("utf-8-sig", "replace"), Loader=loader)):
            if not isinstance(value, dict):
                raise Malformed("not a YAML mapping")
            found.append(value)
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise Malformed(f"not YAML: {line}{str(getattr(error, 'problem', None) or 'unreadable')[:120]}") from None
    return found


def _documents(events: Iterator[Any]) -> Iterator[object]:
    """The value of each document."""
    import yaml

    opened: list[tuple[dict[str, object] | list[object], str | None]] = []  # a collection, and the key it waits under
    key: str | None = None
    nodes = 0
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            nodes += 1
            if nodes > limits.YAML_NODES:
                raise Malformed(f"YAML of more than {limits.YAML_NODES} nodes")
            _plain(event)
        value: object
        if isinstance(event, yaml.ScalarEvent):
            value = "" if event.implicit[0] and event.value in _NULLS else event.value
            if not opened:
                yield {} if value == "" else value
                continue
            if isinstance(opened[-1][0], dict) and key is None:
                key = event.value
                continue
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if opened and isinstance(opened[-1][0], dict) and key is None:
                raise Malformed("YAML with a key that is no text")
            if len(opened) >= limits.JSON_DEPTH:
                raise Malformed("YAML nested too deeply")
            opened.append(({} if isinstance(event, yaml.MappingStartEvent) else [], key))
            key = None
            continue
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            value, key = opened.pop()
            if not opened:
                yield value
                continue
        else:
            continue
        inside = opened[-1][0]
        if isinstance(inside, list):
            inside.append(value)
        elif key is not None:
            inside[key] = value
            key = None


def _plain(event: Any) -> None:
    import yaml

    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise Malformed("YAML with anchors or aliases")
    if event.tag not in (None, "!"):
        raise Malformed("YAML with tags")
