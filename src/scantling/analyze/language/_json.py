"""JSON as package managers read it: a byte-order mark and repeated keys are accepted (the last one wins), as
JavaScript's own parser does, but size, depth and the number of values are bounded."""

from __future__ import annotations

import json
from typing import NoReturn

from scantling.guard import limits
from scantling.model.errors import Malformed


def load_object(data: bytes) -> dict[str, object]:
    """The JSON object in ``data``; raises ``Malformed`` for anything else."""
    value = load_list_or_object(data)
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def load_list_or_object(data: bytes) -> dict[str, object] | list[object]:
    """The JSON object or list in ``data``; raises ``Malformed`` for anything else."""
    # each container costs 60 bytes or more of memory for 2 of input: refuse before building them
    if data.count(b"{") + data.count(b"[") + data.count(b",") > limits.JSON_VALUES:
        raise Malformed(f"JSON of more than {limits.JSON_VALUES} values")
    try:
        value = json.loads(data.decode("utf-8-sig", "replace"), parse_constant=_refuse)
    except RecursionError:
        raise Malformed("JSON nested too deeply") from None
    except ValueError as error:
        raise Malformed(f"not JSON: {str(error)[:120]}") from None
    if not isinstance(value, dict | list):
        raise Malformed("not a JSON object")
    return value


def text(value: object) -> str:
    """``value`` if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def mapping(value: object) -> dict[str, object]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
