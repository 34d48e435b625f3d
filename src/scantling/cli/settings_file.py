"""``scantling.yaml``: one flat mapping from option names to a value or a list of values.

Read as a stream of YAML events and not as objects, so that tags, anchors, aliases and nesting are refused where they
stand, before anything could be built from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError

_FLAT = "it must be a flat list of settings such as `severity: CRITICAL,HIGH`"


@dataclass(frozen=True, slots=True)
class FileSetting:
    """One key with its values as text, and the line (from 1) it stands on."""

    key: str
    values: tuple[str, ...]
    line: int


def read_settings_file(path: Path) -> tuple[FileSetting, ...]:
    """The settings in ``path``, in its order. Raises ``UsageError`` naming file and line."""
    data = read_bounded(path, limits.SETTINGS_BYTES, "cannot read the settings file")
    if len(data) > limits.SETTINGS_BYTES:
        raise UsageError(f"the settings file is larger than {limits.SETTINGS_BYTES} bytes", where=str(path))
    import yaml

    try:
        return tuple(_settings(yaml.parse(data, Loader=yaml.SafeLoader), path))
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        where = f"{path}:{mark.line + 1}" if mark is not None else str(path)
        raise UsageError(f"the settings file is not valid YAML: {problem}", where=where) from error


def _settings(events: Any, path: Path) -> list[FileSetting]:
    import yaml

    found: list[FileSetting] = []
    opened = False
    event: Any
    for event in events:
        if isinstance(
            event, yaml.DocumentStartEvent | yaml.StreamStartEvent | yaml.DocumentEndEvent | yaml.StreamEndEvent
        ):
            continue
        if isinstance(event, yaml.MappingStartEvent) and not opened:
            _plain(event, path)
            opened = True
        elif isinstance(event, yaml.MappingEndEvent):
            continue
        elif isinstance(event, yaml.ScalarEvent) and opened:
            line = _line(event)
            if any(setting.key == event.value for setting in found):
                raise UsageError(f"{event.value} is set twice", where=f"{path}:{line}")
            found.append(FileSetting(_plain(event, path), _values(events, path), line))
        elif isinstance(event, yaml.ScalarEvent) and not event.value:
            continue  # an empty document
        else:
            raise _refused(event, path)
    return found


def _values(events: Any, path: Path) -> tuple[str, ...]:
    import yaml

    event = next(events)
    if isinstance(event, yaml.ScalarEvent):
        return (_plain(event, path),)
    if not isinstance(event, yaml.SequenceStartEvent):
        raise _refused(event, path)
    _plain(event, path)
    values = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise _refused(event, path)
        values.append(_plain(event, path))
    return tuple(values)


def _plain(event: Any, path: Path) -> str:
    if event.anchor is not None or event.tag is not None:
        raise _refused(event, path)
    return getattr(event, "value", "")


def _refused(event: Any, path: Path) -> UsageError:
    return UsageError(
        "the settings file holds something else than settings", where=f"{path}:{_line(event)}", hint=_FLAT
    )


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
