"""YAML with the line of every key and item, as people write Compose files and manifests.

Built from events, so that only mappings, lists, text, numbers and booleans come of it. Anchors and merge keys are
taken (Compose files live on them): an alias is the same object again, never a copy, so that a few bytes cannot become
billions, and what merging copies counts against the limit of nodes. Tags of other types are refused, but for Compose's
own ``!reset`` and ``!override``.
"""

from __future__ import annotations

from typing import Any

from scantling.guard import limits
from scantling.guard.yaml_events import events, scalar
from scantling.model.errors import Malformed

_TAGS = frozenset({None, "!", "!reset", "!override", "tag:yaml.org,2002:str"})


class Map(dict[str, Any]):
    """A mapping; ``line`` is where it begins, ``lines`` where each of its keys stands."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


class Items(list[Any]):
    """A list; ``lines`` has the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def documents(data: bytes) -> list[Any]:
    """The value of every document in ``data``. Raises ``Malformed``, whose ``where`` is "line N" where it can be."""
    return _Reader().read(events(data, limits.RUN_YAML_BYTES))


class _Reader:
    def __init__(self) -> None:
        self.found: list[Any] = []
        self.anchors: dict[str, Any] = {}
        self.stack: list[tuple[Map | Items, str | None]] = []
        self.nodes = 0

    def read(self, stream: Any) -> list[Any]:
        import yaml

        for event in stream:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors = {}
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.stack.pop()
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in self.anchors:
                    raise Malformed("an alias of nothing", where=f"line {line}")
                self.count(1, line)
                if any(opened is self.anchors[event.anchor] for opened, _ in self.stack):
                    raise Malformed("an alias inside what it stands for", where=f"line {line}")
                self.place(self.anchors[event.anchor], line)
            elif isinstance(event, yaml.NodeEvent):
                self.node(event, line)
        return self.found

    def node(self, event: Any, line: int) -> None:
        import yaml

        self.count(1, line)
        if event.tag not in _TAGS:
            raise Malformed(f"the tag {event.tag[:60]} is not taken", where=f"line {line}")
        if isinstance(event, yaml.ScalarEvent):
            value = scalar(event.value) if event.implicit[0] else event.value
            if self.waits_for_key():
                value = event.value
            if event.anchor is not None:
                self.anchors[event.anchor] = value
            self.place(value, line)
            return
        if len(self.stack) >= limits.JSON_DEPTH:
            raise Malformed("YAML nested too deeply", where=f"line {line}")
        opened: Map | Items = Map(line) if isinstance(event, yaml.MappingStartEvent) else Items(line)
        if event.anchor is not None:
            self.anchors[event.anchor] = opened
        self.place(opened, line)
        self.stack.append((opened, None))

    def waits_for_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], Map) and self.stack[-1][1] is None

    def count(self, number: int, line: int) -> None:
        self.nodes += number
        if self.nodes > limits.RUN_YAML_NODES:
            raise Malformed(f"YAML of more than {limits.RUN_YAML_NODES} values", where=f"line {line}")

    def place(self, value: Any, line: int) -> None:
        if not self.stack:
            self.found.append(value)
            return
        inside, key = self.stack[-1]
        if isinstance(inside, Items):
            inside.append(value)
            inside.lines.append(line)
        elif key is None:
            if not isinstance(value, str):
                raise Malformed("a key that is not text", where=f"line {line}")
            self.stack[-1] = (inside, value)
            if value != "<<":
                inside.lines[value] = line
        else:
            self.stack[-1] = (inside, None)
            if key == "<<":
                self.merge(inside, value, line)
            else:
                inside[key] = value

    def merge(self, into: Map, value: Any, line: int) -> None:
        for one in value if isinstance(value, Items) else [value]:
            if not isinstance(one, Map):
                raise Malformed("a merge key of what is no mapping", where=f"line {line}")
            self.count(len(one), line)
            for key in one:
                if key not in into:
                    into[key] = one[key]
                    into.lines.setdefault(key, one.lines.get(key, line))
