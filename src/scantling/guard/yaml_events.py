"""YAML as a stream of events, and what its plain scalars mean: what every reader of YAML with lines begins with.

Plain scalars follow the core schema of YAML 1.2 (section 10.3.2): ``yes`` and ``on`` are text, and so is a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scantling.model.errors import Malformed

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")


def events(data: bytes, max_bytes: int) -> Iterator[Any]:
    """PyYAML's events of ``data``. Raises ``Malformed``, whose ``where`` is "line N" where a line is to blame."""
    if len(data) > max_bytes:
        raise Malformed(f"YAML of {len(data)} bytes; at most {max_bytes} are read")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(data.decode("utf-8-sig"), Loader=loader)
    except UnicodeDecodeError:
        raise Malformed("YAML that is not UTF-8") from None
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or "cannot be read")[:160]
        raise Malformed(f"not YAML: {problem}", where=f"line {mark.line + 1}" if mark is not None else "") from None


def scalar(text: str) -> Any:
    """None, a boolean or an integer where the plain ``text`` is one, else the text."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
