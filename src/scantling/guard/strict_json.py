"""JSON where two readers must not be able to disagree: manifests, configurations, saved reports.

Repeated keys, NaN, byte-order marks, other encodings, numbers beyond 64 bits and deep nesting are refused before or
while parsing (RFC 8259 leaves each of them to the reader, and readers differ).
"""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn

from scantling.model.errors import Malformed

from . import limits

# a string up to its closing quote or, so that no start is tried twice, up to the end of the text
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INTEGER_CHARS = 20  # sign and digits of -2**63, or the digits of 2**64 - 1
_NUMBER_CHARS = 64


def loads(data: bytes, *, max_bytes: int, max_depth: int = limits.JSON_DEPTH, where: str) -> Any:
    """The value of the JSON text ``data``; ``where`` names it in messages.

    Raises ``Malformed`` for anything that is not one unambiguous UTF-8 JSON text within the limits. Lone surrogate
    escapes, which no encoding can write out again, become U+FFFD.
    """
    if len(data) > max_bytes:
        raise Malformed(f"JSON of {len(data)} bytes; at most {max_bytes} are read", where=where)
    if not data.strip(b" \t\r\n"):
        raise Malformed("empty where JSON is expected", where=where)
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Malformed("JSON with a byte-order mark", where=where)
    if _depth(data) > max_depth:
        raise Malformed(f"JSON nested deeper than {max_depth}", where=where)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_finite,
        )
        return _whole(value) if _ESCAPED_SURROGATE.search(data) else value
    except UnicodeDecodeError:
        raise Malformed("JSON that is not UTF-8", where=where) from None
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {str(error)[:200]}", where=where) from None


def _depth(data: bytes) -> int:
    """How deep the brackets outside strings nest."""
    brackets = _STRING.sub(b"", data).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {key[:80]!r} is given twice")
            seen.add(key)
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


def _integer(text: str) -> int:
    if len(text) > _INTEGER_CHARS:
        raise ValueError("an integer beyond 64 bits")
    value = int(text)
    if not -(2**63) <= value < 2**64:
        raise ValueError("an integer beyond 64 bits")
    return value


def _finite(text: str) -> float:
    value = float(text) if len(text) <= _NUMBER_CHARS else math.inf
    if not math.isfinite(value):
        raise ValueError("a number out of range")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return _unique([(_whole(key), _whole(item)) for key, item in value.items()])
    return value
